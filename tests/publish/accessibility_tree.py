"""The accessibility tree of a page as lines that can be read: what a screen reader is told.

The trees in ``trees`` were read by a person. ``python -m publish.accessibility_tree``, called in
``tests``, writes them anew; read what changed before it is kept.
"""

import shutil
from pathlib import Path

TREES = Path(__file__).parent / "trees"
# name of the file -> what is opened in the page, and the element that is read
PARTS = {
    "kopf": ("", "header"),
    "karte": ("", "#haupt"),
    "legende": ("", "#legende"),
    "rangfolge": ("", "#rang"),
    "gebiet": ("#gebiet=09760001", "#profil"),
    "vergleich": ("#gebiet=09760001&vergleich=09760007", "#profil"),
    "tabelle": ("#tabelle=1", "#tabelle"),
}

SILENT = {"none", "generic", "InlineTextBox", "StaticText", "LineBreak", "ListMarker"}
STATES = ("pressed", "expanded", "checked", "level", "live", "roledescription")


def tree_lines(page, selector):
    """Return the tree below an element: two spaces per level, role, name, states.

    Containers without a name or a meaning are left out; plain text stands where it is read.
    """
    client = page.context.new_cdp_session(page)
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    backend = client.send("DOM.describeNode", {"nodeId": node})["node"]["backendNodeId"]
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    known = {one["nodeId"]: one for one in nodes}
    start = next(one for one in nodes if one.get("backendDOMNodeId") == backend)
    lines = []
    _walk(known, start, 0, lines, "")
    return lines


def _walk(known, node, depth, lines, above):
    role = node.get("role", {}).get("value", "")
    name = node.get("name", {}).get("value", "").strip()
    told = not node.get("ignored") and role not in SILENT
    if role == "StaticText" and name and name not in above:
        lines.append("  " * depth + f'"{name}"')
    if told:
        states = {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
        marks = [f"{key}={states[key]}" for key in STATES if states.get(key) not in (None, "off")]
        lines.append("  " * depth + " ".join([role, *([f'"{name}"'] if name else []), *marks]))
    for child in node.get("childIds", ()):
        if child in known:
            _walk(known, known[child], depth + told, lines, name if told and name else above)


def write_trees(folder):
    """Write the trees of the sample's page as they are now."""
    from playwright.sync_api import sync_playwright
    from publish.sample import sample_release

    from sozialraum.publish.page.map_page import map_html

    file = Path(folder) / "karte.html"
    file.write_text(map_html(sample_release(years=2, layers=True)), encoding="utf-8", newline="\n")
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, (fragment, selector) in PARTS.items():
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(file.as_uri() + fragment)
            page.wait_for_selector("html[data-fertig]")
            told = "\n".join(tree_lines(page, selector)) + "\n"
            (TREES / f"{name}.txt").write_text(told, encoding="utf-8", newline="\n")
        browser.close()


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        write_trees(place)
