"""The words of a file as its reader sees them, and what no reader should have to see among them."""

import re
from html.parser import HTMLParser

REPR = re.compile(
    r"\[['\"]|\{['\"]|\bNone\b|\b[Nn]a[Nn]\b|<NA>|\bNaT\b|Timestamp|\bdtype\b|\bnp\.\w+|\binf\b"
    r"|\bTrue\b|\bFalse\b|\bundefined\b|\[object "
)
PLACEHOLDER = re.compile(r"\{[a-z_]*(:[^}]*)?\}|%[sd]\b|\$\{?[a-z_]+")
DOUBLED = re.compile(
    r"\b([A-Za-zÄÖÜäöüß]{4,}) \1\b|% %|\b([a-z]{1,3}) \2\b(?<!die die)(?<!der der)"
)
STOPS = re.compile(r"\.\.(?!\.)(?<!\.\.\.)|\.\)\.|\s,|\(\s|,,(?!\S)|\bvon rund rund\b")
DATE = re.compile(r"\b\d{1,2}\.\d{1,2}\.(\d{2,4})?")
NAMED_SO = re.compile(
    r"CC BY(-SA)? \d\.\d|(Version|Lizenz|WCAG|BSD|DCAT-AP\S*|Leaflet|§) ?\d+(\.\d+)+"
)
DECIMAL = re.compile(r"(?<![\w.,/:-])\d+\.\d{1,2}(?![\d.]\d|\w)(?!\.\d)")
SNAKE = re.compile(r"\b[a-zäöü][a-zäöüß0-9]*(?:_[a-zäöüß0-9]+)+\b(?!\.\w)")
ENGLISH = re.compile(
    r"\b(the|and|with|from|areas?|values?|missing|suppressed|burden|deprivation|children|shares?"
    r"|counts?|mean|median of|rank of|low|high|lower|upper|weights?|years?|unknown|covered|empty"
    r"|needy|stock|supply|gap|demand|threshold|label|title|changed)\b"
)  # lower case alone: what begins with a capital is a name
COLUMNS_OF_FILES = "Datenbeschreibung"  # says what the columns of the CSV file are called
RULES = {
    "repr": REPR, "placeholder": PLACEHOLDER, "doubled": DOUBLED, "stops": STOPS,
    "decimal point": DECIMAL, "key": SNAKE, "English": ENGLISH,
}  # fmt: skip


def faults(lines, allowed=()):
    """Return rule, hit and surroundings of all that no reader should see, each once.

    Parameters
    ----------
    lines : as read
    allowed : names that the town has delivered: of files and of their columns
    """
    found = {}
    for line in lines:
        line = re.sub(r"[\u00a0\u202f\u2007]", " ", line)
        bare = NAMED_SO.sub(" ", DATE.sub(" ", line))
        for name, rule in RULES.items():
            for hit in rule.finditer(bare if name == "decimal point" else line):
                around = bare if name == "decimal point" else line
                if hit[0] in allowed:
                    continue
                found[name, hit[0]] = around[max(hit.start() - 40, 0) : hit.end() + 40]
    return [(*key, around) for key, around in found.items()]


class _Visible(HTMLParser):
    """The words of a page: no scripts, no styles, and no code, which is to be typed as it stands."""

    def __init__(self):
        super().__init__()
        self.lines, self._in = [], []

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "style", "code", "pre", "kbd"):
            self._in.append(tag)
        for name, value in attributes:
            if name in ("aria-label", "title", "alt", "placeholder") and value:
                self.lines.append(value)

    def handle_endtag(self, tag):
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data):
        if not self._in and data.strip():
            self.lines.append(data)


def of_html(path):
    seen = _Visible()
    seen.feed(path.read_text(encoding="utf-8"))
    return seen.lines


def of_pdf(path):
    import pypdf

    pages = (page.extract_text() for page in pypdf.PdfReader(path).pages)
    return [line for page in pages for line in page.splitlines()]


def of_docx(path):
    import docx

    document = docx.Document(str(path))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    pictures = [e.get("descr") or "" for e in document.element.iter() if e.tag.endswith("}docPr")]
    return [*(p.text for p in document.paragraphs), *cells, *pictures]


def of_pptx(path):
    import pptx

    shapes = [s for slide in pptx.Presentation(str(path)).slides for s in slide.shapes]
    cells = [c.text for s in shapes if s.has_table for r in s.table.rows for c in r.cells]
    return [*(s.text_frame.text for s in shapes if s.has_text_frame), *cells]


def of_xlsx(path):
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    cells = [
        c for sheet in book if sheet.title != COLUMNS_OF_FILES
        for row in sheet.iter_rows(values_only=True) for c in row if isinstance(c, str)
    ]  # fmt: skip
    return [*book.sheetnames, *cells]


READERS = {".html": of_html, ".pdf": of_pdf, ".docx": of_docx, ".pptx": of_pptx, ".xlsx": of_xlsx}


def words_of(path):
    """Return what is read in a file, line by line.

    Parameters
    ----------
    path : of a page, a paper or a workbook
    """
    return READERS[path.suffix](path)
