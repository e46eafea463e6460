package import JSON
import KubernetesModel

/// What the demonstration found, as text and as JSON.
package struct DemoReport: Equatable, Sendable {
    package var scenario: String
    /// Why the run did not keep what it promised; empty when it did.
    package var problems: [String]
    package var requests: Int
    package var failed: Int
    /// Requests by status; 0 stands for "no response".
    package var byStatus: [Int: Int]
    /// Milliseconds.
    package var p50: Double
    package var p99: Double
    package var steps: [DemoStep]
    package var pods: [DemoPod]
    package var wallSeconds: Double
    package var seed: UInt64

    package var isSuccess: Bool { problems.isEmpty }

    /// One JSON document.
    package var document: JSONValue {
        let statuses = byStatus.keys.sorted().map { (String($0), JSONValue.number(JSONNumber(byStatus[$0] ?? 0))) }
        var byStatusObject = JSONObject()
        for (status, count) in statuses { byStatusObject[status] = count }
        return [
            "scenario": .string(scenario), "result": .string(isSuccess ? "passed" : "failed"),
            "problems": .array(problems.map { .string($0) }),
            "requests": [
                "total": .number(JSONNumber(requests)), "failed": .number(JSONNumber(failed)),
                "byStatus": .object(byStatusObject), "p50Milliseconds": Self.number(p50, 2),
                "p99Milliseconds": Self.number(p99, 2),
            ],
            "steps": .array(steps.map(Self.document)), "pods": .array(pods.map(Self.document)),
            "wallSeconds": Self.number(wallSeconds, 1), "seed": .string(String(seed)),
        ]
    }

    private static func document(_ step: DemoStep) -> JSONValue {
        [
            "index": .number(JSONNumber(step.index)), "setWeight": .number(JSONNumber(step.setWeight)),
            "confirmedWeight": step.confirmedWeight.map { .number(JSONNumber($0)) } ?? .null,
            "observedCanaryShare": step.observedShare.map { number($0, 4) } ?? .null,
            "expectedCanaryRequests": [
                "min": .number(JSONNumber(step.expectedCounts.lowerBound)),
                "max": .number(JSONNumber(step.expectedCounts.upperBound)),
            ],
            "requests": .number(JSONNumber(step.requests)),
            "canaryRequests": .number(JSONNumber(step.canaryRequests)),
            "confirmedAfterSeconds": step.confirmedAfter.map { number($0, 2) } ?? .null,
        ]
    }

    private static func document(_ pod: DemoPod) -> JSONValue {
        func time(_ time: Timestamp?) -> JSONValue { time.map { .string($0.rfc3339Micro) } ?? .null }
        return [
            "name": .string(pod.name), "version": .string(pod.version), "createdAt": time(pod.createdAt),
            "lastReachableAt": time(pod.lastReachableAt), "deletionRequestedAt": time(pod.deletionRequestedAt),
            "deletedAt": time(pod.deletedAt),
        ]
    }

    private static func number(_ value: Double, _ decimals: Int) -> JSONValue {
        .number(JSONNumber(rounded(value, decimals)))
    }
}

/// `value` cut to `decimals` places.
func rounded(_ value: Double, _ decimals: Int) -> Double {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return (value * scale).rounded() / scale
}
