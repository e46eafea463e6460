import Synchronization

/// One metric with all its label sets. The text it is printed as: Prometheus' exposition format, version 0.0.4.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// The most label sets of one metric; further ones are counted together under labels that say `other`.
    static let seriesMax = 1_000

    let name: String
    let kind: Kind
    private(set) var series: [String: MetricSeries] = [:]

    init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// The series with these labels, made when it is new.
    mutating func member(_ labels: [(String, String)]) -> MetricSeries {
        var text = Self.text(labels)
        if let known = series[text] { return known }
        if series.count >= Self.seriesMax {
            text = Self.text(labels.map { ($0.0, "other") })
            if let known = series[text] { return known }
        }
        let made = MetricSeries(bounds: kind == .histogram ? MetricCatalog.bounds(name) : [])
        series[text] = made
        return made
    }

    /// `a="1",b="2"`, sorted.
    private static func text(_ labels: [(String, String)]) -> String {
        labels.sorted { $0.0 < $1.0 }.map { "\(sanitized($0.0))=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// A name with only the characters that Prometheus allows.
    static func sanitized(_ name: String) -> String {
        String(
            name.enumerated().map { index, character -> Character in
                let isLetter = character.isASCII && (character.isLetter || character == "_")
                return isLetter || (index > 0 && character.isASCII && character.isNumber) ? character : "_"
            })
    }

    /// The lines of this metric, sorted by labels.
    var text: String {
        var lines = ["# HELP \(name) \(MetricCatalog.help(name))", "# TYPE \(name) \(kind.rawValue)"]
        for (labels, series) in series.sorted(by: { $0.key < $1.key }) {
            let value = series.value.withLock { $0 }
            if kind != .histogram {
                lines.append("\(name)\(Self.braces(labels)) \(Self.number(value.sum))")
                continue
            }
            var count: UInt64 = 0
            let separator = labels.isEmpty ? "" : ","
            for (bound, inBucket) in zip(series.bounds.map(Self.number) + ["+Inf"], value.buckets) {
                count += inBucket
                lines.append("\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(count)")
            }
            lines.append("\(name)_sum\(Self.braces(labels)) \(Self.number(value.sum))")
            lines.append("\(name)_count\(Self.braces(labels)) \(count)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func braces(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
        return "\(value)"
    }
}

/// One metric with one label set.
final class MetricSeries: Sendable {
    struct Value: Sendable {
        /// The counter's or gauge's value, or the sum of a histogram.
        var sum = 0.0
        /// How many observations fell into each bucket, the last one without a bound.
        var buckets: [UInt64]
    }

    let bounds: [Double]
    let value: Mutex<Value>

    init(bounds: [Double]) {
        self.bounds = bounds
        value = Mutex(Value(buckets: Array(repeating: 0, count: bounds.isEmpty ? 0 : bounds.count + 1)))
    }

    func add(_ amount: Double) {
        value.withLock { $0.sum += amount }
    }

    func set(_ amount: Double) {
        value.withLock { $0.sum = amount }
    }

    func observe(_ amount: Double) {
        let bucket = bounds.firstIndex { amount <= $0 } ?? bounds.count
        value.withLock { value in
            value.sum += amount
            value.buckets[bucket] += 1
        }
    }
}
