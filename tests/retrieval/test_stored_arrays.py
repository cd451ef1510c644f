"""Columns in files: runs are read as they were written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.stored_arrays import StoredArray


@pytest.mark.parametrize("kind", ["int32", "float16", "float32"])
def test_any_run_reads_as_it_was_written(tmp_path: Path, kind: str) -> None:
    written = np.arange(100).astype(kind)
    np.save(tmp_path / "column.npy", written)
    read = StoredArray(tmp_path / "column.npy")
    assert len(read) == 100 and read.shape == (100,)
    for run in (slice(0, 0), slice(3, 9), slice(95, 100), slice(98, 200), slice(None, 0), slice(None)):
        assert read[run].dtype == written.dtype
        assert read[run].tolist() == written[run].tolist()
    assert np.asarray(read).tolist() == written.tolist()


def test_what_is_no_column_and_what_is_no_run_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "table.npy", np.zeros((2, 3)))
    with pytest.raises(ValueError, match="2 dimensions"):
        StoredArray(tmp_path / "table.npy")
    np.save(tmp_path / "column.npy", np.zeros(4))
    with pytest.raises(IndexError, match="step"):
        StoredArray(tmp_path / "column.npy")[::2]
