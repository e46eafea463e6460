import JSON

/// The columns of pods. Source: `kubectl get pods` of the real server.
extension TableLayout {
    static let pod = TableLayout(columns: [
        .name, .text("Ready"), .text("Status"), .text("Restarts"), .age, .wide("IP"), .wide("Node"),
        .wide("Nominated Node"), .wide("Readiness Gates"),
    ]) { row in
        let statuses = row.status.entries("containerStatuses")
        let ready = statuses.filter { $0["ready"] == true && $0.at("state", "running") != nil }.count
        let total = row.spec.entries("containers").count
        return [
            row.name, .string("\(ready)/\(total)"), .string(PodPhase.text(row.document)),
            .string(restarts(row, statuses)), row.createdAgo,
            RowSource.orNone(row.status.entries("podIPs").first?.text("ip") ?? row.status.text("podIP")),
            RowSource.orNone(row.spec.text("nodeName")), RowSource.orNone(row.status.text("nominatedNodeName")),
            RowSource.orNone(readinessGates(row)),
        ]
    }

    private static func restarts(_ row: RowSource, _ statuses: [JSONValue]) -> String {
        let count = statuses.reduce(0) { $0 + ($1["restartCount"]?.intValue ?? 0) }
        let ends = statuses.compactMap { $0.at("lastState", "terminated", "finishedAt")?.stringValue }
        guard count > 0, let last = ends.max() else { return "\(count)" }
        return "\(count) (\(row.age(.string(last))) ago)"
    }

    private static func readinessGates(_ row: RowSource) -> String {
        let gates = row.spec.entries("readinessGates").map { $0.text("conditionType") }
        guard !gates.isEmpty else { return "" }
        let passed = row.status.entries("conditions").filter { condition in
            gates.contains(condition.text("type")) && condition["status"] == "True"
        }
        return "\(passed.count)/\(gates.count)"
    }
}

/// The one word kubectl shows for the state of a pod.
enum PodPhase {
    static func text(_ pod: JSONValue) -> String {
        let status = pod["status"] ?? [:]
        let phase = status.text("phase")
        let reason = status.text("reason")
        var text = reason.isEmpty ? phase : reason
        let scheduled = status.entries("conditions").first { $0["type"] == "PodScheduled" }
        if scheduled?["reason"] == "SchedulingGated" { text = "SchedulingGated" }
        if let initial = initializing(pod, status) {
            text = initial
        } else {
            text = containers(status, otherwise: text)
        }
        guard pod.at("metadata", "deletionTimestamp") != nil else { return text }
        if reason == "NodeLost" { return "Unknown" }
        return phase == "Succeeded" || phase == "Failed" ? text : "Terminating"
    }

    private static func initializing(_ pod: JSONValue, _ status: JSONValue) -> String? {
        let total = pod.at("spec", "initContainers")?.arrayValue?.count ?? 0
        for (index, container) in status.entries("initContainerStatuses").enumerated() {
            if container.at("state", "terminated", "exitCode") == 0 { continue }
            if container["started"] == true, container["ready"] == true, isSidecar(container.text("name"), pod) {
                continue
            }
            if let terminated = container.at("state", "terminated") { return "Init:\(end(terminated))" }
            let waiting = container.at("state", "waiting")?.text("reason") ?? ""
            if !waiting.isEmpty, waiting != "PodInitializing" { return "Init:\(waiting)" }
            return "Init:\(index)/\(total)"
        }
        return nil
    }

    private static func isSidecar(_ name: String, _ pod: JSONValue) -> Bool {
        let containers = pod["spec"]?.entries("initContainers") ?? []
        return containers.contains { $0.text("name") == name && $0["restartPolicy"] == "Always" }
    }

    private static func containers(_ status: JSONValue, otherwise text: String) -> String {
        var text = text
        var isRunning = false
        for container in status.entries("containerStatuses").reversed() {
            let waiting = container.at("state", "waiting")?.text("reason") ?? ""
            if !waiting.isEmpty {
                text = waiting
            } else if let terminated = container.at("state", "terminated") {
                text = end(terminated)
            } else if container["ready"] == true, container.at("state", "running") != nil {
                isRunning = true
            }
        }
        guard text == "Completed", isRunning else { return text }
        let ready = status.entries("conditions").contains { $0["type"] == "Ready" && $0["status"] == "True" }
        return ready ? "Running" : "NotReady"
    }

    private static func end(_ terminated: JSONValue) -> String {
        let reason = terminated.text("reason")
        if !reason.isEmpty { return reason }
        if let signal = terminated["signal"]?.intValue, signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(terminated["exitCode"]?.intValue ?? 0)"
    }
}
