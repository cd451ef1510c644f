"""Falling back from one model to the next."""

from __future__ import annotations

import pytest

from model_serving.chat import ChatMessage, ModelDelta
from model_serving.circuit_breaker import CircuitBreaker
from model_serving.errors import ContextOverflow, ModelError, ModelLoading, ModelTimeout, ModelUnavailable, Overloaded
from model_serving.language_models.scripted import Fault, ScriptedModel
from model_serving.router import Route, RoutedModel

pytestmark = pytest.mark.anyio

HELLO = [ChatMessage(role="user", content="hello")]


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


class Pair:
    """A large model before a small one."""

    def __init__(self, *, failures: int = 2, share: float = 1.0) -> None:
        self.clock = Clock()
        self.large = ScriptedModel({"": ["large ", "one"]}, name="large")
        self.small = ScriptedModel({"": ["small ", "one"]}, name="small")
        self.switches: list[tuple[str, str]] = []
        breakers = [CircuitBreaker(failures=failures, pause=10, now=self.clock) for _ in range(2)]
        self.breaker = breakers[0]
        self.model = RoutedModel(
            [
                Route(model=self.large, breaker=breakers[0], share_of_deadline=share),
                Route(model=self.small, breaker=breakers[1]),
            ],
            on_switch=lambda left, taken, why: self.switches.append((left, taken)),
        )

    async def ask(self, deadline: float = 5.0) -> list[ModelDelta]:
        async with self.model.stream(HELLO, deadline=deadline) as deltas:
            return [delta async for delta in deltas]


async def test_the_first_model_answers_and_signs_the_reply() -> None:
    pair = Pair()
    deltas = await pair.ask()
    assert "".join(delta.text for delta in deltas) == "large one"
    assert (deltas[-1].model, pair.model.name, pair.small.asked, pair.switches) == ("large", "large", [], [])


@pytest.mark.parametrize("fault", ["overload", "unavailable"])
async def test_a_model_that_refuses_is_replaced_by_the_next(fault: Fault) -> None:
    pair = Pair()
    pair.large.fault = fault
    deltas = await pair.ask()
    assert deltas[-1].model == "small" and pair.switches == [("large", "small")]


async def test_a_model_that_hangs_is_left_in_time_for_the_next() -> None:
    pair = Pair(share=0.1)
    pair.large.first_delay = 60
    assert (await pair.ask(deadline=1.0))[-1].model == "small"
    assert pair.large.working == 0


async def test_after_the_first_word_nothing_is_tried_again() -> None:
    pair = Pair()
    pair.large.fault = "cut"
    with pytest.raises(ModelUnavailable):
        await pair.ask()
    assert pair.small.asked == [] and pair.large.working == 0


async def test_the_breaker_opens_after_failures_and_closes_after_a_good_trial() -> None:
    pair = Pair()
    pair.large.fault = "unavailable"
    for _ in range(5):
        await pair.ask()
    assert len(pair.large.asked) == 2 and pair.breaker.state == "open"
    assert pair.model.name == "small"
    pair.clock.time, pair.large.fault = 10.0, ""
    assert (await pair.ask())[-1].model == "large"
    assert pair.breaker.state == "closed"


async def test_streams_that_break_open_the_breaker_too() -> None:
    pair = Pair()
    pair.large.fault = "cut"
    for _ in range(2):
        with pytest.raises(ModelUnavailable):
            await pair.ask()
    assert (await pair.ask())[-1].model == "small"


async def test_a_busy_or_loading_model_is_not_ill() -> None:
    pair = Pair(failures=1)
    pair.large.fault = "overload"
    await pair.ask()
    assert pair.breaker.state == "closed"

    class Loading(ScriptedModel):
        def stream(self, messages, **options):  # type: ignore[no-untyped-def]
            raise ModelLoading("soon")

    breaker = CircuitBreaker(failures=1, now=pair.clock)
    model = RoutedModel([Route(model=Loading({}), breaker=breaker)])
    with pytest.raises(ModelLoading):
        async with model.stream(HELLO):
            pass
    assert breaker.state == "closed"


async def test_a_prompt_too_long_is_the_callers_and_goes_nowhere_else() -> None:
    pair = Pair()

    def refuse(messages: object) -> list[str]:
        raise ContextOverflow(tokens=9, limit=8)

    pair.large.script = refuse
    with pytest.raises(ContextOverflow):
        await pair.ask()
    assert pair.small.asked == [] and pair.breaker.state == "closed"


async def test_when_all_fail_the_last_error_comes_out_and_when_all_rest_it_is_said() -> None:
    pair = Pair(failures=1)
    pair.large.fault = pair.small.fault = "unavailable"
    with pytest.raises(ModelUnavailable, match="away"):
        await pair.ask()
    with pytest.raises(ModelUnavailable, match="resting"):
        await pair.ask()
    assert not await pair.model.ready()
    assert pair.switches == [("large", "small"), ("small", "")]


async def test_overload_everywhere_is_overload() -> None:
    pair = Pair()
    pair.large.fault = pair.small.fault = "overload"
    with pytest.raises(Overloaded):
        await pair.ask()


async def test_leaving_early_cancels_the_model_and_counts_as_success() -> None:
    pair = Pair(failures=1)
    async with pair.model.stream(HELLO) as deltas:
        await anext(deltas)
        assert pair.large.working == 1
    assert pair.large.working == 0 and pair.breaker.state == "closed"


@pytest.mark.parametrize(
    ("fault", "error"),
    [("hang", ModelTimeout), ("cut", ModelUnavailable), ("overload", Overloaded), ("unavailable", ModelUnavailable)],
)
async def test_a_scripted_model_fails_as_it_is_told(fault: Fault, error: type[ModelError]) -> None:
    model = ScriptedModel({"hello": ["one", "two"]}, fault=fault)
    with pytest.raises(error):
        async with model.stream(HELLO, deadline=0.02) as deltas:
            _ = [delta async for delta in deltas]
    assert model.working == 0


async def test_a_timeout_is_counted_by_the_breaker_of_the_model_itself_however_many_routers_stand_before_it() -> None:
    pair = Pair(failures=2)
    pair.large.first_delay = pair.small.first_delay = 60
    calm = CircuitBreaker(failures=99, now=pair.clock)
    outer = RoutedModel([Route(model=RoutedModel([Route(model=pair.model, breaker=calm)]), breaker=calm)])
    for _ in range(2):
        with pytest.raises(ModelTimeout):
            async with outer.stream(HELLO, deadline=0.05):
                pass
    assert pair.breaker.state == "open"
