import JSON
import KubernetesModel

/// The columns of workloads. Source: `kubectl get` of the real server for each kind.
extension TableLayout {
    private static let templateColumns: [TableColumn] = [.wide("Containers"), .wide("Images"), .wide("Selector")]

    private static func templateCells(_ row: RowSource) -> [JSONValue] {
        containerCells(row.spec["template"]) + [.string(selectorText(row.spec["selector"]))]
    }

    private static func containerCells(_ template: JSONValue?) -> [JSONValue] {
        let containers = template?.at("spec", "containers")?.arrayValue ?? []
        return ["name", "image"].map { field in
            .string(containers.map { $0.text(field) }.joined(separator: ","))
        }
    }

    static let podTemplate = TableLayout(
        columns: [.name, .text("Containers"), .text("Images"), .text("Pod Labels")]
    ) { row in
        let labels = row.document.at("template", "metadata", "labels") ?? [:]
        return [row.name] + containerCells(row.document["template"])
            + [.string(selectorText(["matchLabels": labels]))]
    }

    /// A label selector in one line; `<none>` for an empty one.
    static func selectorText(_ selector: JSONValue?) -> String {
        guard let selector else { return "<none>" }
        do {
            let text = try LabelSelector(document: selector).description
            return text.isEmpty ? "<none>" : text
        } catch {
            return "<error>"
        }
    }

    static let replicaSet = TableLayout(
        columns: [.name, .number("Desired"), .number("Current"), .number("Ready"), .age] + templateColumns
    ) { row in
        let counts: [JSONValue] = [
            row.name, row.spec["replicas"] ?? 0, row.count("replicas"), row.count("readyReplicas"), row.createdAgo,
        ]
        return counts + templateCells(row)
    }

    static let deployment = TableLayout(
        columns: [.name, .text("Ready"), .text("Up-to-date"), .text("Available"), .age] + templateColumns
    ) { row in
        let ready = "\(row.count("readyReplicas").text)/\((row.spec["replicas"] ?? 0).text)"
        let counts: [JSONValue] = [
            row.name, .string(ready), row.count("updatedReplicas"), row.count("availableReplicas"), row.createdAgo,
        ]
        return counts + templateCells(row)
    }

    static let job = TableLayout(
        columns: [.name, .text("Completions"), .text("Duration"), .age] + templateColumns
    ) { row in
        let succeeded = row.count("succeeded").text
        let parallelism = row.spec["parallelism"]?.intValue ?? 0
        var completions = "\(succeeded)/1"
        if let wanted = row.spec["completions"] {
            completions = "\(succeeded)/\(wanted.text)"
        } else if parallelism > 1 {
            completions = "\(succeeded)/1 of \(parallelism)"
        }
        let start = row.status["startTime"]?.stringValue.flatMap(Timestamp.init(parsing:))
        let end = row.status["completionTime"]?.stringValue.flatMap(Timestamp.init(parsing:))
        var duration = ""
        if let start, let end {
            duration = HumanDuration.text(start.duration(to: end))
        } else if start != nil {
            duration = row.age(row.status["startTime"])
        }
        return [row.name, .string(completions), .string(duration), row.createdAgo] + templateCells(row)
    }

    static let autoscaler = TableLayout(columns: [
        .name, .text("Reference"), .text("Targets"), .text("MinPods"), .text("MaxPods"), .text("Replicas"), .age,
    ]) { row in
        let target = row.spec["scaleTargetRef"] ?? [:]
        return [
            row.name, .string("\(target.text("kind"))/\(target.text("name"))"), .string(metrics(row)),
            .string((row.spec["minReplicas"] ?? "<unset>").plainText), row.spec["maxReplicas"] ?? 0,
            row.count("currentReplicas"), row.createdAgo,
        ]
    }

    private static func metrics(_ row: RowSource) -> String {
        let wanted = row.spec.entries("metrics")
        guard !wanted.isEmpty else { return "<none>" }
        let current = row.status.entries("currentMetrics")
        let texts = wanted.enumerated().map { index, metric -> String in
            let source = metric["resource"] ?? metric["pods"] ?? metric["object"] ?? metric["external"] ?? [:]
            let seen = index < current.count ? current[index] : [:]
            let seenSource = seen["resource"] ?? seen["pods"] ?? seen["object"] ?? seen["external"] ?? [:]
            let name = metric["resource"] == nil ? "" : "\(source.text("name")): "
            return "\(name)\(amount(seenSource["current"]))/\(amount(source["target"]))"
        }
        let shown = texts.prefix(2).joined(separator: ", ")
        return texts.count > 2 ? "\(shown) + \(texts.count - 2) more..." : shown
    }

    private static func amount(_ value: JSONValue?) -> String {
        if let percent = value?["averageUtilization"]?.intValue { return "\(percent)%" }
        return (value?["averageValue"] ?? value?["value"])?.plainText ?? "<unknown>"
    }

    static let disruptionBudget = TableLayout(columns: [
        .name, .text("Min Available"), .text("Max Unavailable"), .number("Allowed Disruptions"), .age,
    ]) { row in
        [
            row.name, .string(row.spec["minAvailable"]?.plainText ?? "N/A"),
            .string(row.spec["maxUnavailable"]?.plainText ?? "N/A"), row.count("disruptionsAllowed"), row.createdAgo,
        ]
    }
}

extension JSONValue {
    /// A string as it is, anything else as JSON.
    var plainText: String { stringValue ?? text }
}
