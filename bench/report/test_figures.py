# SPDX-License-Identifier: BSL-1.0
import unittest

import figures


def variant(name, times, threads="one"):
    return {"name": name, "threads": threads, "status": "ok", "times_ns": times}


def case_of(variants, **work):
    zero = {"items": 1000, "bytes_read": 8000, "bytes_written": 8000, "arithmetic": 0, "roots": 0, "divisions": 0}
    return {"type": "double", "work": zero | work, "variants": variants}


def rate(name, per_second, threads=1):
    return {"name": name, "type": "double", "threads": threads, "per_second": per_second}


class Statistics(unittest.TestCase):
    def test_median_and_spread(self):
        self.assertEqual(figures.spread([3, 1, 2, 100]), {"median_ns": 2.5, "mad_ns": 1.0, "min_ns": 1, "max_ns": 100})

    def test_speed_up_and_best_peer_compare_medians(self):
        case = case_of([variant("peer_a", [50]), variant("peer_b", [20]), variant("unseq", [10, 10, 1000]), variant("serial", [40])])
        figures.derive(case, {})
        self.assertEqual([v["name"] for v in case["variants"]], ["serial", "unseq", "peer_a", "peer_b"])
        unseq = case["variants"][1]
        self.assertEqual((unseq["speed_up"], unseq["ratio_to_best_peer"]), (4.0, 2.0))
        self.assertEqual(unseq["items_per_second"], 1000 / 10e-9)
        self.assertNotIn("share_of_limit", unseq)

    def test_without_serial_there_is_no_speed_up(self):
        case = case_of([variant("unseq", [10])])
        figures.derive(case, {})
        self.assertNotIn("speed_up", case["variants"][0])

    def test_wrong_variants_take_no_part(self):
        case = case_of([variant("serial", [40]), variant("peer_a", [20]) | {"status": "wrong"}])
        figures.derive(case, {})
        self.assertNotIn("ratio_to_best_peer", case["variants"][0])
        self.assertNotIn("median_ns", case["variants"][1])


class Limits(unittest.TestCase):
    def test_the_slowest_resource_binds(self):
        limits = {"rates": [rate("separate", 1e9), rate("sqrt", 1e8)]}
        case = case_of([variant("serial", [8000])], arithmetic=1000, roots=400)
        self.assertEqual(figures.binding_limit(case, case["variants"][0], limits), ("square roots", 4000.0))

    def test_one_thread_is_not_measured_against_all(self):
        limits = {"rates": [rate("separate", 1e9), rate("separate", 2e9, 2)]}
        case = case_of([variant("serial", [4000]), variant("par", [2000], "all")], arithmetic=1000)
        figures.derive(case, limits)
        self.assertEqual([v["share_of_limit"] for v in case["variants"]], [0.25, 0.25])

    def test_the_fastest_copy_is_the_limit_of_memory(self):
        case = case_of(
            [variant("par", [100], "all"), variant("limit_copy_one", [80]), variant("limit_copy_all", [50], "all"), variant("unseq", [160])]
        )
        figures.derive(case, {})
        found = {v["name"]: v.get("share_of_limit") for v in case["variants"]}
        self.assertEqual(found, {"unseq": 0.5, "par": 0.5, "limit_copy_one": None, "limit_copy_all": None})
        self.assertEqual(case["variants"][1]["limit"], "copy, all threads")


class Words(unittest.TestCase):
    def test_significant_digits(self):
        texts = [figures.significant(x) for x in (0, 0.01234, 0.9996, 9.996, 12.34, 123.4, 12345.6)]
        self.assertEqual(texts, ["0", "0.0123", "1.00", "10.0", "12.3", "123", "12\u202f346"])

    def test_units(self):
        self.assertEqual(figures.duration(999.9), "1.00\u202fµs")
        self.assertEqual(figures.duration(0.5), "0.500\u202fns")
        self.assertEqual(figures.bytes_text(32 * 1024), "32\u202fKiB")
        self.assertEqual(figures.bytes_text(1.5 * 2**20), "1.50\u202fMiB")
        self.assertEqual(figures.rate_text(7.5e10, " flop/s"), "75.0\u202fG flop/s")

    def test_sizes_and_labels(self):
        self.assertEqual(figures.size_text("50000000"), "50\u202f000\u202f000")
        self.assertEqual(figures.size_text("1000x1000x100"), "1000 × 1000 × 100")
        self.assertEqual(figures.size_text("2001-misaligned"), "2001, misaligned")
        self.assertEqual(figures.size_text("iris"), "iris")
        self.assertEqual(figures.label("peer_openmp"), "OpenMP")
        self.assertEqual(figures.label("limit_streaming_copy_all"), "streaming copy, all threads")

    def test_levels(self):
        caches = [
            {"type": "Data", "level": 1, "size": 100},
            {"type": "Instruction", "level": 1, "size": 900},
            {"type": "Unified", "level": 2, "size": 500},
        ]
        self.assertEqual([figures.level(n, caches) for n in (100, 101, 501)], ["L1", "L2", "DRAM"])
        self.assertEqual(figures.level(1, []), "")


if __name__ == "__main__":
    unittest.main()
