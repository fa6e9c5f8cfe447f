"""Jobs in lanes."""

import time
import unittest

from gasbench.shared.workers import Workers


class Lanes(unittest.TestCase):
    def test_results_keep_the_order_of_items(self) -> None:
        def slow_at_first(item: int) -> int:
            time.sleep(0.02 if item == 0 else 0)
            return item * item

        self.assertEqual(Workers(3).map(slow_at_first, range(10)), [item * item for item in range(10)])

    def test_the_first_failure_stops_new_jobs(self) -> None:
        done = []

        def fail_at_two(item: int) -> None:
            if item == 2:
                raise ValueError("two")
            done.append(item)

        with self.assertRaisesRegex(ValueError, "two"):
            Workers(1).map(fail_at_two, range(5))
        self.assertEqual(done, [0, 1])

    def test_nothing_starts_after_the_time(self) -> None:
        Workers(2, minutes=-1).run(lambda: self.fail("a job was asked for"))


if __name__ == "__main__":
    unittest.main()
