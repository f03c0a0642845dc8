@echo off
chcp 65001 >nul
setlocal
if not defined SOZIALRAUM_UMGEBUNG set "SOZIALRAUM_UMGEBUNG=%LOCALAPPDATA%\sozialraum\umgebung"
if not exist "%SOZIALRAUM_UMGEBUNG%\Scripts\python.exe" (
  echo @not_set_up@
  pause
  exit /b 1
)
"%SOZIALRAUM_UMGEBUNG%\Scripts\python.exe" -I -m sozialraum assistent %*
