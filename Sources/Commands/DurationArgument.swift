import ArgumentParser

/// A duration on the command line: `500ms`, `3s`, `2m`, or a number of seconds.
struct DurationArgument: ExpressibleByArgument, ExpressibleByStringLiteral, Sendable {
    var duration: Duration

    init?(argument: String) {
        let units: [(suffix: String, microseconds: Double)] = [
            ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("", 1_000_000),
        ]
        for unit in units where argument.hasSuffix(unit.suffix) {
            guard let number = Double(argument.dropLast(unit.suffix.count)), number >= 0, number < 1e9 else {
                continue
            }
            duration = .microseconds(Int64(number * unit.microseconds))
            return
        }
        return nil
    }

    /// A duration in the source; must be one that can be read.
    init(stringLiteral value: String) {
        guard let argument = DurationArgument(argument: value) else {
            preconditionFailure("'\(value)' in the source is not a duration")
        }
        self = argument
    }

    var defaultValueDescription: String { "\(duration)" }
}
