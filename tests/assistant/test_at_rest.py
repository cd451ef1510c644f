import gc

from assistant.at_rest import at_rest


def test_what_was_there_is_left_alone_and_given_back_afterwards() -> None:
    frozen, thresholds = gc.get_freeze_count(), gc.get_threshold()

    with at_rest():
        assert gc.get_freeze_count() > frozen
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == thresholds
