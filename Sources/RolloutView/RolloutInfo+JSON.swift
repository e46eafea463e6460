package import JSON
import KubernetesModel

extension RolloutInfo {
    /// The same as JSON, under the names that dashboards know; what is empty or zero is left out.
    ///
    /// Source: argo-rollouts dashboard reference, `RolloutInfo`.
    package var document: JSONValue {
        var result: JSONValue = ["objectMeta": Self.metadata(object), "status": .string(phase.word)]
        result.put("message", phase.message)
        result["icon"] = .string(displayStatus.icon)
        result["strategy"] = .string(strategy)
        result.put("step", step)
        result["setWeight"] = setWeight.map { .string("\($0)") }
        result["actualWeight"] = actualWeight.map { .string("\($0)") }
        for (name, count) in [
            ("ready", ready), ("current", current), ("desired", desired), ("updated", updated),
            ("available", available),
        ] {
            result.put(name, count)
        }
        result["restartedAt"] = .string(object.status["restartedAt"]?.stringValue ?? "Never")
        result.put("generation", object.status["observedGeneration"]?.stringValue ?? "")
        result.put("replicaSets", replicaSets.map(\.document))
        result.put("containers", Self.containers(object, "containers"))
        result.put("steps", object.spec.at("strategy", "canary", "steps")?.arrayValue ?? [])
        result.put("initContainers", Self.containers(object, "initContainers"))
        return result
    }

    /// The metadata without the record of who wrote what.
    fileprivate static func metadata(_ object: KubernetesObject) -> JSONValue {
        var metadata = object.document["metadata"] ?? [:]
        metadata["managedFields"] = nil
        return metadata
    }

    private static func containers(_ object: KubernetesObject, _ list: String) -> [JSONValue] {
        (object.spec.at("template", "spec", list)?.arrayValue ?? []).map {
            ["name": $0["name"] ?? "", "image": $0["image"] ?? ""]
        }
    }
}

extension ReplicaSetInfo {
    fileprivate var document: JSONValue {
        var result: JSONValue = [
            "objectMeta": RolloutInfo.metadata(object), "status": .string(status.word), "icon": .string(status.icon),
        ]
        result.put("revision", revision)
        for role in roles { result[role.rawValue] = true }
        result.put("replicas", replicas)
        result.put("available", available)
        result.put("scaleDownDeadline", scaleDownDeadline?.rfc3339 ?? "")
        result.put("images", images.map(JSONValue.string))
        result.put("initContainerImages", initContainerImages.map(JSONValue.string))
        result.put("pods", pods.map(\.document))
        return result
    }
}

extension PodInfo {
    fileprivate var document: JSONValue {
        var result: JSONValue = [
            "objectMeta": RolloutInfo.metadata(object), "status": .string(status.word), "icon": .string(status.icon),
            "ready": .string(ready),
        ]
        result.put("restarts", restarts)
        return result
    }
}

extension JSONValue {
    fileprivate mutating func put(_ name: String, _ text: String) {
        if !text.isEmpty { self[name] = .string(text) }
    }

    fileprivate mutating func put(_ name: String, _ number: Int) {
        if number != 0 { self[name] = .int(number) }
    }

    fileprivate mutating func put(_ name: String, _ elements: [JSONValue]) {
        if !elements.isEmpty { self[name] = .array(elements) }
    }
}
