"""What a cell shows counts by what it costs whoever writes it down, and not by its bytes alone."""

from autograder.kernels.cell import Collector


def message(kind, **content):
    return {
        "msg_type": kind,
        "header": {"msg_type": kind},
        "parent_header": {"msg_id": "it"},
        "content": content,
        "buffers": [],
    }


#: As a fortieth of what a notebook may show.
LIMIT = 100_000


def taken(messages):
    cell = Collector("it", LIMIT)
    for each in messages:
        cell.take(each)
    return cell


def test_outputs_of_nothing_are_soon_too_many():
    """Each takes a writer of the gradebook about a millisecond, however little is in it."""
    cell = taken([message("display_data", data={}, metadata={})] * 150)
    assert cell.full
    assert len(cell.run.outputs) < 100


def test_streams_in_turn_are_soon_too_many():
    pair = [message("stream", name=name, text="a") for name in ("stdout", "stderr")]
    assert taken(pair * 75).full


def test_what_honest_loops_print_and_draw_is_not():
    assert not taken([message("stream", name="stdout", text="Epoch 10: 0.1\n")] * 300).full
    pages = [message("clear_output", wait=True), message("display_data", data={}, metadata={})]
    cell = taken(pages * 60)
    assert not cell.full
    assert len(cell.run.outputs) == 1
