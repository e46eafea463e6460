package import JSON

/// The one word kubectl shows for the state of a pod.
///
/// Source: `kubectl get pods` of a real server.
package enum PodPhase {
    /// - Parameter pod: the whole object.
    package static func text(_ pod: JSONValue) -> String {
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

extension JSONValue {
    /// The string of that name; empty where there is none.
    fileprivate func text(_ key: String) -> String { self[key]?.stringValue ?? "" }

    /// The elements of the list of that name; none where there is no list.
    fileprivate func entries(_ key: String) -> [JSONValue] { self[key]?.arrayValue ?? [] }
}
