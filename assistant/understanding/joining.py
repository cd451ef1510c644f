"""The commands of one message, joined: parts of one search, fillers beside a request, a price meant for both (pure).

Above: the reader. Below: the commands.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.context import Context
from assistant.understanding.commands import Ask, Choose, Command, Confirm, Greet, StartFlow, Unclear
from assistant.understanding.questions import FACT_QUESTION
from retrieval.constraints import merge


def without_fillers(commands: list[Command]) -> list[Command]:
    """ "Sounds good. Throw it in": a yes or a praise before a request is part of it; "any colour" belongs to what is added."""
    joined: list[Command] = []
    for command in commands:
        last = joined[-1] if joined else None
        anything = isinstance(command, Choose) and command.any_variant and not command.references
        if anything and isinstance(last, StartFlow) and last.flow == "add_to_cart":
            joined[-1] = replace(last, any_variant=True)
        else:
            joined.append(command)
    finds_kind = any(_is_search(c) and isinstance(c, StartFlow) and _names_kind(c) for c in joined)
    requests = [
        c
        for c in joined
        if not _is_filler(c) and not (finds_kind and (_is_more(c) or (_is_search(c) and not _says_much(c))))
    ]
    return requests if requests and len(requests) < len(joined) else joined


def _is_more(command: Command) -> bool:
    """ "Something else. A blanket": the second says what else."""
    return isinstance(command, StartFlow) and command.flow == "more_products"


def _says_much(command: Command) -> bool:
    """Whether a search names a kind, or a condition: else it is talk beside one that does ("I freeze at night")."""
    return (
        isinstance(command, StartFlow)
        and command.need is not None
        and (_names_kind(command) or bool(command.need.filters) or command.refine)
    )


def _is_filler(command: Command) -> bool:
    praise = isinstance(command, Greet) and command.kind in ("praise", "how_are_you")
    return praise or isinstance(command, Confirm) or (isinstance(command, Unclear) and command.kind == "unclear")


def looking_ahead(context: Context, command: Command) -> Context:
    """A later part of the message may refine what an earlier part asked for."""
    if isinstance(command, StartFlow) and command.flow == "find_products" and command.need is not None:
        need = merge(context.need, command.need) if command.refine and context.need else command.need
        return replace(context, need=need, asked=None)
    return context


def merged(commands: list[Command]) -> list[Command]:
    """ "A tent. For two. Under 200.": the parts of one search become one search."""
    joined: list[Command] = []
    for command in commands:
        last = joined[-1] if joined else None
        if (
            isinstance(last, StartFlow)
            and isinstance(command, StartFlow)
            and last.flow == command.flow == "find_products"
            and command.refine
            and last.need is not None
            and command.need is not None
            and not _names_kind(command)
        ):
            joined[-1] = replace(
                last,
                need=merge(last.need, command.need),
                direction=command.direction or last.direction,
                words=f"{last.words}. {command.words}",
            )
        elif _sets_out(last) and isinstance(last, Ask) and isinstance(command, Ask) and command.about == "product":
            joined[-1] = replace(command, question=f"{last.question}. {command.question}")
        else:
            joined.append(command)
    return _sharing_price(joined)


def _sets_out(command: Command | None) -> bool:
    """ "My husband has allergies, is the first ok for him?": the statement belongs to the question after it."""
    asks = isinstance(command, Ask) and command.about == "product" and not command.references
    return (
        asks
        and isinstance(command, Ask)
        and not command.attribute
        and not FACT_QUESTION.search(command.question.lower())
    )


def _names_kind(command: StartFlow) -> bool:
    need = command.need
    return need is not None and (bool(need.thing) or any(f.field == "category" for f in need.filters))


def _sharing_price(commands: list[Command]) -> list[Command]:
    """ "Headphones and a kettle under 50": the bound at the end is meant for both."""
    shared = list(commands)
    for place in range(len(shared) - 2, -1, -1):
        first, second = shared[place], shared[place + 1]
        if not (_is_search(first) and _is_search(second)):
            continue
        assert isinstance(first, StartFlow) and isinstance(second, StartFlow) and first.need and second.need
        prices = tuple(f for f in second.need.filters if f.field == "price")
        if prices and not any(f.field == "price" for f in first.need.filters):
            need = replace(first.need, filters=(*first.need.filters, *prices))
            shared[place] = replace(first, need=need)
    return shared


def _is_search(command: Command) -> bool:
    return isinstance(command, StartFlow) and command.flow == "find_products" and command.need is not None
