"""What was recognised in a folder, what is proposed, and what is still open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.cli.terminal import print_problems, print_prose
from sozialraum.texts import date, text
from sozialraum.texts.seen_words import names_listed, seen_layer_words, seen_table_words
from sozialraum.texts.shell_words import shell_word

if TYPE_CHECKING:
    from sozialraum.workflows.new import Addition, BuildDraft


def print_seen(seen) -> None:  # type: ignore[no-untyped-def]
    """Print one block per file: what it is, and why."""
    for layer in seen.layers:
        print_prose(*seen_layer_words(layer))
    for table in seen.tables:
        print_prose(*seen_table_words(table))
    if seen.others:
        print_prose(text("recognise.words.others", files=", ".join(seen.others)))


def print_proposal(made: BuildDraft, office: tuple[Path | None, Path | None]) -> None:
    """Print what was written, what is not used, and what is open."""
    proposal = made.proposal
    print_prose("", text("recognise.new.made", path=made.path.as_posix()))
    labels = names_listed([i.label for i in proposal.used])
    print_prose(text("recognise.new.indicators", n=len(proposal.used), labels=labels))
    if proposal.left_out:
        print_prose(text("recognise.build.left_out"), *(f"  {line}" for line in proposal.left_out))
    ledger, key = office
    if ledger is not None and key is not None:
        print_prose(text("recognise.new.ledger", ledger=ledger.as_posix(), key=key.as_posix()))
    if proposal.questions:
        print_prose(text("recognise.new.open", n=len(proposal.questions)))
        for q in proposal.questions:
            code = "guess" if q.proposal else "question"
            print_prose(text(f"recognise.new.{code}", text=q.text, value=q.proposal))
    code = "fill" if proposal.open else "ready"
    print_prose(text(f"recognise.new.{code}", file=shell_word(made.path)))


def print_addition(path: Path, added: Addition) -> None:
    """Print the new deliveries, and tables that could not be added."""
    for one in added.deliveries:
        label = f"{one.file}, Blatt „{one.sheet}“" if one.sheet else one.file
        day = date(one.day.isoformat())
        print_prose(text("recognise.new.added", file=path.as_posix(), label=label, day=day))
    if added.stichtag is not None:
        print_prose(text("recognise.new.stichtag", day=date(added.stichtag.isoformat())))
    if added.problems:
        print_problems(added.problems)
    if added.deliveries or added.stichtag is not None:
        print_prose(text("recognise.new.ready", file=shell_word(path)))
    elif not added.problems:
        print_prose(text("recognise.new.known"))
