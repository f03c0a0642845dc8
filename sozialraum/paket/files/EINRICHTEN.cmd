@echo off
chcp 65001 >nul
setlocal
pushd "%~dp0"
if not defined SOZIALRAUM_UMGEBUNG set "SOZIALRAUM_UMGEBUNG=%LOCALAPPDATA%\sozialraum\umgebung"
set "PYTHON_HIER="
py -@python@ -c "import venv" >nul 2>nul && set "PYTHON_HIER=py -@python@"
if not defined PYTHON_HIER if exist "python\python.exe" set PYTHON_HIER="%~dp0python\python.exe"
if not defined PYTHON_HIER (
  echo @no_python@
  goto ende
)
echo @installing@
%PYTHON_HIER% -m venv "%SOZIALRAUM_UMGEBUNG%" || goto fehler
"%SOZIALRAUM_UMGEBUNG%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --require-hashes --find-links @wheels@ -r @list@ || goto fehler
"%SOZIALRAUM_UMGEBUNG%\Scripts\python.exe" -I -m sozialraum --version || goto fehler
"%SOZIALRAUM_UMGEBUNG%\Scripts\python.exe" -I -m sozialraum warm || goto fehler
echo @ready@
goto ende
:fehler
echo @failed@
:ende
popd
pause
