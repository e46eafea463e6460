package import CoreMetrics
import Synchronization

/// A back end for swift-metrics that keeps everything in memory and prints it for Prometheus.
///
/// A timer becomes a histogram in seconds, a recorder a histogram, a meter a gauge.
package final class PrometheusMetrics: MetricsFactory {
    private let families = Mutex<[String: MetricFamily]>([:])

    package init() {}

    /// Every metric, sorted by name.
    package var text: String {
        families.withLock { $0 }.sorted { $0.key < $1.key }.map { $0.value.text }.joined()
    }

    /// The media type of `text`.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        SeriesHandler(series(label, .counter, dimensions))
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        SeriesHandler(series(label, .counter, dimensions))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        SeriesHandler(series(label, .gauge, dimensions))
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        ObservationHandler(series(label, aggregate ? .histogram : .gauge, dimensions), isHistogram: aggregate)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        ObservationHandler(series(label, .histogram, dimensions), isHistogram: true)
    }

    // Series stay: a counter that vanished and came back would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func series(
        _ label: String, _ kind: MetricFamily.Kind, _ dimensions: [(String, String)]
    ) -> MetricSeries {
        let name = MetricFamily.sanitized(label)
        return families.withLock { families in
            var family = families[name] ?? MetricFamily(name: name, kind: kind)
            // One name means one thing: a second kind of metric under it is measured and not shown.
            guard family.kind == kind else {
                return MetricSeries(bounds: kind == .histogram ? MetricCatalog.bounds(name) : [])
            }
            let series = family.member(dimensions)
            families[name] = family
            return series
        }
    }
}

/// A counter or gauge.
private final class SeriesHandler: CounterHandler, FloatingPointCounterHandler, MeterHandler {
    private let series: MetricSeries

    init(_ series: MetricSeries) { self.series = series }

    func increment(by amount: Int64) { series.add(Double(amount)) }
    func increment(by amount: Double) { series.add(amount) }
    func decrement(by amount: Double) { series.add(-amount) }
    func set(_ value: Int64) { series.set(Double(value)) }
    func set(_ value: Double) { series.set(value) }
    func reset() { series.set(0) }
}

/// A histogram, or the last recorded value.
private final class ObservationHandler: RecorderHandler, TimerHandler {
    private let series: MetricSeries
    private let isHistogram: Bool

    init(_ series: MetricSeries, isHistogram: Bool) {
        self.series = series
        self.isHistogram = isHistogram
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        if isHistogram { series.observe(value) } else { series.set(value) }
    }

    func recordNanoseconds(_ duration: Int64) { series.observe(Double(duration) / 1e9) }
}
