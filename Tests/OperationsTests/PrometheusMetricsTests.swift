import CoreMetrics
import Operations
import Testing

@Suite("Metrics for Prometheus") struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics()

    @Test("counters, gauges and histograms are printed in the exposition format") func format() {
        let writes = metrics.makeCounter(label: "weir_writes_total", dimensions: [("verb", "patch"), ("kind", "Pod")])
        writes.increment(by: 2)
        metrics.makeMeter(label: "weir_leader", dimensions: []).set(Int64(1))
        let timer = metrics.makeTimer(label: "weir_reconcile_seconds", dimensions: [("controller", "rollout")])
        timer.recordNanoseconds(7_000_000)
        timer.recordNanoseconds(90_000_000_000)
        let lines = metrics.text.split(separator: "\n").map(String.init)
        #expect(lines.contains("# TYPE weir_writes_total counter"))
        #expect(lines.contains("# HELP weir_leader Whether this process holds the lease and may write."))
        #expect(lines.contains("weir_writes_total{kind=\"Pod\",verb=\"patch\"} 2"))
        #expect(lines.contains("weir_leader 1"))
        #expect(lines.contains("weir_reconcile_seconds_bucket{controller=\"rollout\",le=\"0.005\"} 0"))
        #expect(lines.contains("weir_reconcile_seconds_bucket{controller=\"rollout\",le=\"0.01\"} 1"))
        #expect(lines.contains("weir_reconcile_seconds_bucket{controller=\"rollout\",le=\"60\"} 1"))
        #expect(lines.contains("weir_reconcile_seconds_bucket{controller=\"rollout\",le=\"+Inf\"} 2"))
        #expect(lines.contains("weir_reconcile_seconds_sum{controller=\"rollout\"} 90.007"))
        #expect(lines.contains("weir_reconcile_seconds_count{controller=\"rollout\"} 2"))
    }

    @Test("the same labels in another order are the same series") func order() {
        metrics.makeCounter(label: "c_total", dimensions: [("a", "1"), ("b", "2")]).increment(by: 1)
        metrics.makeCounter(label: "c_total", dimensions: [("b", "2"), ("a", "1")]).increment(by: 1)
        #expect(metrics.text.contains("c_total{a=\"1\",b=\"2\"} 2\n"))
    }

    @Test("names and label values are made valid") func escaping() {
        metrics.makeCounter(label: "1 odd-name", dimensions: [("la bel", "a\\b\"c\nd")]).increment(by: 1)
        #expect(metrics.text.contains("__odd_name{la_bel=\"a\\\\b\\\"c\\nd\"} 1\n"))
    }

    @Test("label sets are bounded; what is too many is counted as other") func bounded() {
        for number in 0..<3_000 {
            metrics.makeCounter(label: "many_total", dimensions: [("n", "\(number)")]).increment(by: 1)
        }
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.count == 1_003)
        #expect(lines.contains("many_total{n=\"other\"} 2000"))
    }

    @Test("one name keeps one kind") func kinds() {
        metrics.makeCounter(label: "x", dimensions: []).increment(by: 1)
        metrics.makeMeter(label: "x", dimensions: []).set(5.0)
        #expect(metrics.text.contains("\nx 1\n"))
    }

    @Test(
        "numbers that are not finite have Prometheus' names",
        arguments: [
            (Double.infinity, "+Inf"), (-Double.infinity, "-Inf"), (Double.nan, "NaN"), (0.25, "0.25"), (3, "3"),
        ])
    func numbers(value: Double, text: String) {
        metrics.makeMeter(label: "g", dimensions: []).set(value)
        #expect(metrics.text.contains("g \(text)\n"))
    }
}

@Suite("Process statistics") struct ProcessStatisticsTests {
    @Test("stat is read after the name, which may hold anything") func stat() throws {
        let stat = "7 (we) ir (x) S 1 7 7 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 9 0 4200 1000000 250 1844 1 1 0 0"
        let statistics = try #require(
            ProcessStatistics(stat: stat, bootStat: "cpu 1\nbtime 1700000000\n", ticksPerSecond: 100, pageBytes: 4_096))
        #expect(statistics.cpuSeconds == 2)
        #expect(statistics.startSeconds == 1_700_000_042)
        #expect(statistics.virtualBytes == 1_000_000)
        #expect(statistics.residentBytes == 1_024_000)
    }

    @Test("what is not stat is nothing", arguments: ["", "7 (weir) S 1", "weir"]) func garbage(stat: String) {
        #expect(ProcessStatistics(stat: stat, bootStat: "btime 1", ticksPerSecond: 100, pageBytes: 1) == nil)
    }
}
