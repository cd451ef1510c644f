"""Names and addresses by their sound."""

from __future__ import annotations

import pytest

from assistant.understanding.sounds import alike, figures_and_domain, same_address, same_person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohammed", "Mohamed"),
        ("Muhammad", "Mohamed"),
        ("Sophia", "Sofia"),
        ("Sarah", "Sara"),
        ("Catherine", "Kathryn"),
        ("Omor", "Omar"),
        ("Lee", "Li"),
    ],
)
def test_names_that_sound_alike_are_alike(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Anna", "Peter"), ("Mia", "Noah"), ("Tom", "Sam"), ("", "Ann"), ("Maria", "Laura")]
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("heard", "known", "same"),
    [
        (("Liam", "Lye"), ("Liam", "Li"), True),
        (("Dakey", "Patel"), ("Daiki", "Patel"), True),
        (("Olivia", "Atman"), ("Olivia", "Ahmed"), True),
        (("Yard", "Davis"), ("Yara", "Davis"), True),
        (("Liam", "Thompson"), ("Liam", "Li"), False),
        (("Emma", "Davis"), ("Yara", "Davis"), False),
        (("Noah", "Brown"), ("Liam", "Li"), False),
    ],
)
def test_a_person_is_whose_names_sound_so(heard: tuple[str, str], known: tuple[str, str], same: bool) -> None:
    assert same_person(heard, known) is same


@pytest.mark.parametrize(
    ("heard", "known", "same"),
    [
        ("omor.com3563@example.com", "omar.khan3563@example.com", True),
        ("fatima.ly1185@example.com", "fatima.li1185@example.com", True),
        ("omor.com3564@example.com", "omar.khan3563@example.com", False),
        ("omor.com3563@other.com", "omar.khan3563@example.com", False),
        ("maria.gold3563@example.com", "omar.khan3563@example.com", False),
        ("omar.khan@example.com", "omor.khan@example.com", False),
    ],
)
def test_an_address_is_the_same_by_sound_only_with_its_figures_and_domain(heard: str, known: str, same: bool) -> None:
    assert same_address(heard, known) is same


def test_the_end_of_an_address_is_what_was_heard_exactly() -> None:
    assert figures_and_domain("Omar.Khan3563@Example.com ") == "3563@example.com"
    assert figures_and_domain("omar@example.com") == figures_and_domain("1%_@x.com") == ""
