"""Lists of builds and folders of results, and what their messages advise."""

from __future__ import annotations

from advice.of_verbs import file_of
from advice_town import told

from sozialraum import build
from sozialraum.model.file_lock import locked_for_writing
from sozialraum.workflows.batch.jobs import jobs_of

SOUND = 'template = "vorlage.toml"\ntable = "orte.csv"\n'
ROWS = "name;titel\nost;Ost\nwest;West\n"


def listed(words=SOUND, rows=ROWS, *, template=True):
    """Write a list of builds with its template and table, and read it."""

    def call(folder):
        body = file_of(folder).read_text("utf-8").replace('"Probe"', '"{{titel}}"')
        (folder / "vorlage.toml").unlink(missing_ok=True)
        if template:
            (folder / "vorlage.toml").write_text(body, "utf-8")
        (folder / "orte.csv").unlink(missing_ok=True)
        if rows is not None:
            (folder / "orte.csv").write_text(rows, "utf-8")
        (folder / "liste.toml").write_text(words, "utf-8")
        return jobs_of(folder / "liste.toml")

    return call


def of_folder(*names: str):
    """Read which build files a folder has."""

    def call(folder):
        (folder / "bauten").mkdir(exist_ok=True)
        for name in names:
            words = file_of(folder).read_text("utf-8")
            (folder / "bauten" / name).write_text(f'data = ".."\n{words}', "utf-8")
        return jobs_of(folder / "bauten")

    return call


def nowhere(folder):
    return jobs_of(folder / "bautn")


def saved(name="out", before=lambda place: None):
    """Build and save into a folder that `before` made otherwise."""

    def call(folder):
        place = folder / name
        before(place)
        return build(file_of(folder)).save(place, files=("csv",))

    return call


def with_other(place):
    place.mkdir(exist_ok=True)
    (place / "brief.txt").write_text("wichtig")


def mixed(place):
    build(file_of(place.parent)).save(place, files=("csv",))
    (place / "brief.txt").write_text("wichtig")


def moved(place):
    (place / "brief.txt").rename(place.parent / "brief.txt")


def locked(folder):
    """Save while another run writes there."""
    with locked_for_writing(folder / ".out.sperre"):
        return saved()(folder)


OF_LISTS = (
    told("batch.half_template", listed('template = "vorlage.toml"\n'), listed()),
    told("batch.nothing_asked", listed(""), listed()),
    told("batch.nothing_asked", listed(""), listed('builds = ["bau.toml"]\n')),
    told("batch.no_list", nowhere, of_folder("bau.toml")),
    told("batch.no_builds", of_folder(), of_folder("bau.toml")),
    told("batch.no_match", listed('builds = ["baau.toml"]\n'), listed('builds = ["bau.toml"]\n')),
    told("batch.bad_name", listed(rows=ROWS.replace("ost;", "o:st;")), listed()),
    told("batch.same_name", listed(rows=ROWS.replace("west;", "ost;")), listed()),
    told("batch.no_template", listed(template=False), listed()),
    told("batch.no_table", listed(rows=None), listed()),
    told("batch.empty_table", listed(rows="name;titel\n"), listed()),
    told("batch.no_column", listed(rows=ROWS.replace("titel", "title")), listed()),
    told("batch.empty_cell", listed(rows=ROWS.replace(";Ost", ";")), listed()),
    told("batch.empty_cell", listed(rows=ROWS.replace(";Ost", ";")), listed(rows="name;titel\nwest;West\n")),
    told("batch.unsafe_cell", listed(rows=ROWS.replace("Ost\n", "O'st\n")), listed()),
    told("publish.folder_foreign", saved(before=with_other), saved("anders")),
    told("publish.folder_mixed", saved(before=mixed), saved(before=moved)),
    told("publish.folder_mixed", saved(before=mixed), saved("anders")),
    told("publish.folder_name", saved("con"), saved("ergebnis")),
    told("publish.folder_is_file", saved("zahlen.csv"), saved("ergebnis")),
    told("publish.folder_locked", locked, saved()),
)  # fmt: skip
