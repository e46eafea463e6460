import JSON
import KubernetesModel

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
