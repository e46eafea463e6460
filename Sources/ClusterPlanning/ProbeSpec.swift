import JSON
import KubernetesModel

/// One probe of a container.
///
/// Source: core/v1 Probe and its defaults.
package struct ProbeSpec: Hashable, Sendable {
    /// What a probe decides.
    package enum Purpose: String, Hashable, Sendable {
        /// Until it succeeds, the readiness probe does not run.
        case startup
        /// Whether the container takes part in readiness.
        case readiness
    }

    /// How a probe looks.
    package enum Check: Hashable, Sendable {
        /// GET of a path; any status from 200 to 399 is success.
        case http(port: Int, path: String, headers: [Header])
        /// Success when a connection is accepted.
        case tcp(port: Int)
        /// Cannot run here and always succeeds (`exec`).
        case succeeds
    }

    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var purpose: Purpose
    package var check: Check
    package var initialDelay: Duration
    /// At least one second.
    package var period: Duration
    package var timeout: Duration
    package var successThreshold: Int
    package var failureThreshold: Int

    /// Reads a container's probe; `nil` when it has none.
    ///
    /// - Parameter ports: the container's named ports, which `port` may name.
    init?(_ document: JSONValue?, _ purpose: Purpose, ports: [String: Int]) {
        guard let document else { return nil }
        func number(_ field: String, _ standard: Int, atLeast: Int) -> Int {
            max(atLeast, document[field]?.intValue ?? standard)
        }
        func port(_ value: JSONValue?) -> Int {
            if let text = value?.stringValue { return Int(text) ?? ports[text] ?? 0 }
            return value?.intValue ?? 0
        }
        self.purpose = purpose
        if let http = document["httpGet"] {
            let headers = (http["httpHeaders"]?.arrayValue ?? []).map { header in
                Header(name: header["name"]?.stringValue ?? "", value: header["value"]?.stringValue ?? "")
            }
            let path = http["path"]?.stringValue ?? "/"
            check = .http(
                port: port(http["port"]), path: path.hasPrefix("/") ? path : "/\(path)", headers: headers)
        } else if let target = document["tcpSocket"] ?? document["grpc"] {
            check = .tcp(port: port(target["port"]))
        } else {
            check = .succeeds
        }
        initialDelay = .seconds(number("initialDelaySeconds", 0, atLeast: 0))
        period = .seconds(number("periodSeconds", 10, atLeast: 1))
        timeout = .seconds(number("timeoutSeconds", 1, atLeast: 1))
        successThreshold = number("successThreshold", 1, atLeast: 1)
        failureThreshold = number("failureThreshold", 3, atLeast: 1)
    }

    /// The port that must be open for the probe to succeed.
    var port: Int? {
        switch check {
        case .http(let port, _, _), .tcp(let port): port
        case .succeeds: nil
        }
    }
}

/// The schedule and the verdict of one probe while its container runs.
struct ProbeTimer: Sendable {
    let spec: ProbeSpec
    private(set) var nextAt: Timestamp
    private(set) var isInFlight = false
    /// The verdict: starts negative and changes only after a whole run of equal results.
    private(set) var isSuccessful = false
    private var lastResult: Bool?
    private var run = 0

    init(_ spec: ProbeSpec, containerStartedAt start: Timestamp) {
        self.spec = spec
        nextAt = start.advanced(by: spec.initialDelay)
    }

    /// Whether the probe must be sent now.
    func isDue(_ now: Timestamp) -> Bool { !isInFlight && nextAt <= now }

    mutating func sent(now: Timestamp) {
        isInFlight = true
        nextAt = nextAt.advanced(by: spec.period)
        if nextAt <= now { nextAt = now.advanced(by: spec.period) }
    }

    /// Takes a result into account.
    ///
    /// Source: upstream pkg/kubelet/prober/worker.go, doProbe.
    mutating func finished(success: Bool) {
        isInFlight = false
        run = lastResult == success ? run + 1 : 1
        lastResult = success
        if run >= (success ? spec.successThreshold : spec.failureThreshold) { isSuccessful = success }
    }
}
