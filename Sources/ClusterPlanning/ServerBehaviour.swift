package import JSON

/// How the program in a container behaves, as its environment variables say.
package struct ServerBehaviour: Hashable, Sendable {
    /// From container start until it listens (`WEIR_STARTUP_SECONDS`, fractions allowed).
    package var startup: Duration = .zero
    /// What every answer waits (`WEIR_LATENCY_MS`).
    package var latency: Duration = .zero
    /// The share of requests answered with 500, 0...1 (`WEIR_ERROR_RATE`).
    package var errorRate: Double = 0
    /// Whether SIGTERM does nothing, so that the pod runs until it is killed (`WEIR_IGNORE_SIGTERM`).
    package var ignoresSIGTERM = false
    /// How it ends by itself; `nil` for a program that runs until it is told to stop.
    package var ending: ProgramEnding?

    /// Listens at once, answers at once, never fails.
    package init() {}

    /// Reads `env` of a container; a missing, negative or unreadable value is the default.
    package init(environment: [JSONValue]) {
        var values: [String: String] = [:]
        for entry in environment {
            guard let name = entry["name"]?.stringValue else { continue }
            values[name] = entry["value"]?.stringValue ?? ""
        }
        func number(_ name: String) -> Double {
            guard let value = values[name].flatMap(Double.init), value.isFinite else { return 0 }
            return min(max(0, value), 1e6)
        }
        startup = .microseconds(Int64(number("WEIR_STARTUP_SECONDS") * 1_000_000))
        latency = .microseconds(Int64(number("WEIR_LATENCY_MS") * 1_000))
        errorRate = min(1, number("WEIR_ERROR_RATE"))
        if values["WEIR_EXIT_AFTER_SECONDS"] != nil {
            let after = Duration.microseconds(Int64(number("WEIR_EXIT_AFTER_SECONDS") * 1_000_000))
            ending = ProgramEnding(after: after, exitCode: Int(min(255, number("WEIR_EXIT_CODE"))))
        }
        ignoresSIGTERM = !["", "0", "false"].contains(values["WEIR_IGNORE_SIGTERM"] ?? "")
    }
}
