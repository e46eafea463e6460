import JSON

/// What the server does to an object before it is checked and stored, kind by kind.
///
/// Source: the `PrepareForCreate` and `PrepareForUpdate` behaviour of each kind, as seen from outside.
enum Strategy {
    /// The kinds whose `metadata.generation` counts changes of what is wanted.
    private static let generations: Set<String> = [
        "Deployment", "ReplicaSet", "Ingress", "IngressClass", "PodDisruptionBudget", "Job", "EndpointSlice",
        "CustomResourceDefinition", "MutatingWebhookConfiguration",
    ]

    private static func hasGeneration(_ definition: ResourceDefinition) -> Bool {
        definition.isCustom || generations.contains(definition.kind)
    }

    /// Whether PUT makes an object that does not exist.
    static func allowsCreateOnUpdate(_ definition: ResourceDefinition) -> Bool {
        ["Endpoints", "Event", "Lease", "Service"].contains(definition.kind) && !definition.isCustom
    }

    /// Whether PUT may leave out which version it replaces.
    static func allowsUnconditionalUpdate(_ definition: ResourceDefinition) -> Bool {
        !definition.isCustom
            && !["CustomResourceDefinition", "Lease", "PodDisruptionBudget"].contains(definition.kind)
    }

    static func prepareForCreate(_ document: inout JSONValue, definition: ResourceDefinition) {
        if hasGeneration(definition) { document.set(1, at: "metadata", "generation") }
        guard definition.hasStatus else { return }
        switch definition.isCustom ? "" : definition.kind {
        case "Node": break
        case "CustomResourceDefinition": document["status"] = DefinitionStatus.initial(for: document)
        case "Pod":
            document["status"] = ["phase": "Pending", "qosClass": .string(PodQuality.of(document["spec"] ?? [:]))]
        case "Namespace":
            document["status"] = ["phase": "Active"]
            let finalizers = document.at("spec", "finalizers")?.arrayValue ?? []
            if !finalizers.contains("kubernetes") {
                document.set(.array(finalizers + ["kubernetes"]), at: "spec", "finalizers")
            }
        case "PersistentVolumeClaim": document["status"] = ["phase": "Pending"]
        case "Service", "Ingress": document["status"] = ["loadBalancer": [:]]
        case "ReplicaSet": document["status"] = ["replicas": 0]
        case "PodDisruptionBudget":
            document["status"] = [
                "currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0,
            ]
        case "HorizontalPodAutoscaler":
            document["status"] = ["conditions": nil, "currentMetrics": nil, "currentReplicas": 0, "desiredReplicas": 0]
        case "Deployment", "Job": document["status"] = [:]
        default: document["status"] = nil
        }
    }

    static func prepareForUpdate(
        _ document: inout JSONValue, old: JSONValue, definition: ResourceDefinition, subresource: String
    ) {
        switch subresource {
        case "status":
            let status = document["status"]
            let metadata = document["metadata"]
            document = old
            document["status"] = status ?? (definition.isCustom ? nil : old["status"])
            guard !definition.isCustom else { return }
            if definition.kind == "Pod" { completeAddresses(&document) }
            var merged = metadata ?? [:]
            if definition.kind == "Deployment" { merged["labels"] = old.at("metadata", "labels") }
            if definition.kind == "Pod" { merged["ownerReferences"] = old.at("metadata", "ownerReferences") }
            document["metadata"] = merged
        case "finalize": document["status"] = old["status"]
        default:
            if definition.hasStatus { document["status"] = old["status"] }
            if definition.kind == "CustomResourceDefinition", !definition.isCustom {
                DefinitionStatus.addStorageVersion(to: &document)
            }
            if definition.kind == "Service", !definition.isCustom {
                ServiceTypeChange.apply(to: &document, old: old)
            }
            if definition.kind == "Namespace", !definition.isCustom { document["spec"] = old["spec"] }
        }
    }

    /// A pod's first address stands in its list of addresses.
    private static func completeAddresses(_ pod: inout JSONValue) {
        guard let address = pod.at("status", "podIP")?.stringValue, !address.isEmpty else { return }
        let listed = pod["status"]?.entries("podIPs").first?.text("ip")
        if listed != address { pod.set([["ip": .string(address)]], at: "status", "podIPs") }
    }

    /// Counts a change of anything but metadata and status.
    static func bumpGeneration(_ document: inout JSONValue, old: JSONValue, definition: ResourceDefinition) {
        guard hasGeneration(definition), isChanged(document, old, definition) else { return }
        let generation = old.at("metadata", "generation")?.intValue ?? 0
        document.set(.number(JSONNumber(generation + 1)), at: "metadata", "generation")
    }

    private static func isChanged(_ new: JSONValue, _ old: JSONValue, _ definition: ResourceDefinition) -> Bool {
        if definition.kind == "Deployment", !definition.isCustom,
            new.at("metadata", "annotations") != old.at("metadata", "annotations")
        {
            return true
        }
        if definition.kind == "EndpointSlice", new.at("metadata", "labels") != old.at("metadata", "labels") {
            return true
        }
        var ignored: Set<String> = ["metadata", "apiVersion", "kind"]
        if definition.hasStatus { ignored.insert("status") }
        return wanted(new, without: ignored) != wanted(old, without: ignored)
    }

    private static func wanted(_ document: JSONValue, without ignored: Set<String>) -> JSONObject {
        var object = document.objectValue ?? [:]
        object.removeAll { ignored.contains($0.key) }
        return object
    }
}

/// The quality of service class of a pod. Source: the Kubernetes documentation of pod QoS classes.
enum PodQuality {
    /// Nothing is the same as not set.
    private static func amount(_ value: JSONValue) -> JSONValue? { value == "0" ? JSONValue?.none : value }

    static func of(_ spec: JSONValue) -> String {
        let containers = (spec["containers"]?.arrayValue ?? []) + (spec["initContainers"]?.arrayValue ?? [])
        var isAnySet = false
        var isGuaranteed = true
        for container in containers {
            let limits = container.at("resources", "limits")
            let requests = container.at("resources", "requests")
            for resource in ["cpu", "memory"] {
                let limit = limits?[resource].flatMap(amount)
                let request = requests?[resource].flatMap(amount) ?? limit
                if limit != nil || request != nil { isAnySet = true }
                if limit == nil || request != limit { isGuaranteed = false }
            }
        }
        return isAnySet ? (isGuaranteed ? "Guaranteed" : "Burstable") : "BestEffort"
    }
}
