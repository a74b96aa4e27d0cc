"""What a processor can do is measured, what a card can do is read from its driver."""

from typing import Any

import pytest

from core.evaluation.device_peak import card_peak, measure_processor

CLOCK, MULTIPROCESSORS, MEMORY_CLOCK, BUS, MAJOR, MINOR = 13, 16, 36, 37, 75, 76
H200 = {CLOCK: 1_980_000, MULTIPROCESSORS: 132, MEMORY_CLOCK: 3_201_000, BUS: 6144, MAJOR: 9, MINOR: 0}
A10 = {CLOCK: 1_695_000, MULTIPROCESSORS: 72, MEMORY_CLOCK: 6_251_000, BUS: 384, MAJOR: 8, MINOR: 6}


class Driver:
    """CUDA's driver library, as far as it is asked: numbers into given places, 0 for success."""

    def __init__(self, attributes: dict[int, int], *, error: int = 0, cards: int = 1) -> None:
        self._attributes, self._error, self._cards = attributes, error, cards

    def cuInit(self, flags: int) -> int:
        assert flags == 0
        return self._error

    def cuDeviceGet(self, place: Any, number: int) -> int:
        place._obj.value = 40 + number
        return 0 if number < self._cards else 101

    def cuDeviceGetAttribute(self, place: Any, attribute: int, device: Any) -> int:
        assert device.value == 40
        if attribute not in self._attributes:
            return 1
        place._obj.value = self._attributes[attribute]
        return 0


@pytest.mark.parametrize(("attributes", "teraflops", "gigabytes"), [(H200, 1070, 4917), (A10, 125, 600)])
def test_a_card_is_what_its_data_sheet_says(attributes: dict[int, int], teraflops: float, gigabytes: float) -> None:
    peak = card_peak(Driver(attributes))
    assert peak is not None
    assert peak.operations_per_second / 1e12 == pytest.approx(teraflops, rel=0.01)
    assert peak.bytes_per_second / 1e9 == pytest.approx(gigabytes, rel=0.01)
    assert peak.width == 2


@pytest.mark.parametrize(
    "driver", [Driver(H200, error=100), Driver(H200, cards=0), Driver(H200 | {MAJOR: 99}), Driver({MAJOR: 9, MINOR: 0})]
)
def test_without_a_card_that_is_known_there_is_no_peak(driver: Driver) -> None:
    assert card_peak(driver) is None


def test_a_processor_is_measured() -> None:
    peak = measure_processor(is_bfloat16=False)
    assert peak is not None
    assert peak.width == 4
    assert peak.operations_per_second > 1e8
    assert peak.bytes_per_second > 1e7
    narrow = measure_processor(is_bfloat16=True)
    assert narrow is None or narrow.width == 2
