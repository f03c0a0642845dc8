"""A person with a browser: from the files of the Jugendamt to the own map."""

import pytest
from assistant.running import listening
from invented_city import delivery

pytestmark = pytest.mark.browser
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
MOST_ACTIONS = 25


class Person:
    """Does one thing after the other, and counts."""

    def __init__(self, page):
        self.page, self.actions = page, 0

    def pick(self, paths):
        self.actions += 1
        self.page.set_input_files("#wahl", [str(p) for p in paths])
        self.page.locator("#indikatoren fieldset").first.wait_for(timeout=60_000)

    def click(self, place):
        self.actions += 1
        self.page.locator(place).click()

    def write(self, place, words):
        self.actions += 2  # click and type
        with self.page.expect_response("**/antwort"):
            self.page.fill(place, words)
            self.page.locator(place).blur()

    def choose(self, place):
        self.actions += 1
        with self.page.expect_response("**/antwort"):
            self.page.locator(place).click()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


def test_from_workbook_and_layer_to_the_own_map_in_few_actions(page, tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    delivery(tmp_path)
    console, hosts = [], set()
    page.on("console", lambda line: console.append(line.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    with listening() as running:
        person = Person(page)
        page.goto(running.client.address)
        assert running.client.token not in page.url
        person.pick(sorted(tmp_path.iterdir()))
        person.write("#ort", "Neuburg")
        for one in page.locator("#indikatoren input[type=radio][id$=burden]").all():
            person.choose(f"[id='{one.get_attribute('id')}']")
        person.write("#ags", "09761000")
        person.write("#quelle", "Jugendamt 2023")
        page.locator("#rechnen:not([disabled])").wait_for(timeout=60_000)
        found = axe.Axe().run(page, options={"runOnly": AXE_RULES})
        assert found.violations_count == 0, found.generate_report()
        person.click("#rechnen")
        page.locator("#karte:not([hidden])").wait_for(timeout=180_000)
        with page.context.expect_page() as opened:
            person.click("#karte")
        opened.value.wait_for_selector("html[data-fertig]", timeout=60_000)
        assert "Neuburg" in opened.value.title()
        assert hosts == {f"127.0.0.1:{running.client.port}"}
    assert person.actions <= MOST_ACTIONS, person.actions
    assert console == []


def test_with_the_keyboard_alone_every_question_is_reached(page, tmp_path):
    delivery(tmp_path)
    with listening() as running:
        page.goto(running.client.address)
        page.set_input_files("#wahl", [str(p) for p in sorted(tmp_path.iterdir())])
        page.locator("#indikatoren fieldset").first.wait_for(timeout=60_000)
        page.locator("body").focus()
        stops = []
        for _ in range(60):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("document.activeElement.id"))
        wanted = ["wahl", "ort", "ziel", "ags", "quelle", "stichtag", "behalten"]
        assert [s for s in dict.fromkeys(stops) if s in wanted] == wanted
        assert [s for s in stops if s.startswith("richtung-")]


def test_at_twice_the_size_nothing_is_cut_off(chromium, tmp_path):
    delivery(tmp_path)
    context = chromium.new_context(viewport={"width": 600, "height": 700})
    page = context.new_page()
    with listening() as running:
        page.goto(running.client.address)
        page.set_input_files("#wahl", [str(p) for p in sorted(tmp_path.iterdir())])
        page.locator("#indikatoren fieldset").first.wait_for(timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_a_page_of_another_server_on_this_machine_gets_nothing(page):
    from test_fetch import Service

    with listening() as running:
        here = f"http://127.0.0.1:{running.client.port}"
        script = (
            f"<iframe src='{here}/'></iframe><script>window.out=[];"
            f"fetch('{here}/stand').then(r=>out.push(r.status)).catch(()=>out.push('refused'));"
            f"fetch('{here}/datei/b.csv',{{method:'PUT',body:'x'}}).then(r=>out.push(r.status))"
            ".catch(()=>out.push('refused'));</script>"
        )
        other = Service(lambda *a: (200, {"Content-Type": "text/html"}, script.encode()))
        page.goto(other.url)
        page.wait_for_timeout(1500)
        assert page.evaluate("out") == ["refused", "refused"]
        assert running.desk.files() == []
        other.server.shutdown()
        other.server.server_close()
