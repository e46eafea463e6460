import JSON

/// Fills in what a client may leave out, kind by kind, as the real server does.
///
/// Source: the field documentation of the Kubernetes API reference ("Defaults to …").
enum Defaults {
    static func apply(to document: inout JSONValue, definition: ResourceDefinition) {
        if let custom = definition.custom {
            if let schema = custom.schema { document = schema.withoutNulls(schema.defaulted(document)) }
            return
        }
        switch definition.kind {
        case "Namespace": namespace(&document)
        case "Pod": pod(&document)
        case "Service": document.change("spec", service)
        case "Endpoints": document.changeEach("subsets") { $0.changeEach("ports") { $0.fill("protocol", "TCP") } }
        case "EndpointSlice":
            document.changeEach("ports") { port in
                port.fill("name", "")
                port.fill("protocol", "TCP")
            }
            document.changeEach("endpoints") { $0.fill("conditions", [:]) }
            for field in ["endpoints", "ports"] { document.fill(field, nil) }
        case "Event": event(&document)
        case "Lease": document.fill("spec", [:])
        case "Node": node(&document)
        case "Role", "ClusterRole": document.fill("rules", nil)
        case "RoleBinding", "ClusterRoleBinding": roleBinding(&document)
        case "Secret": secret(&document)
        case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
            let isMutating = definition.kind == "MutatingWebhookConfiguration"
            document.changeEach("webhooks") { webhook(&$0, isMutating: isMutating) }
        case "PodTemplate": document.change("template", podTemplate)
        case "ReplicaSet": replicaSet(&document)
        case "Deployment": deployment(&document)
        case "Job": document.change("spec", job)
        case "PersistentVolumeClaim": document.change("spec") { $0.fill("volumeMode", "Filesystem") }
        case "HorizontalPodAutoscaler": document.change("spec", autoscaler)
        case "CustomResourceDefinition": document.change("spec", definitionSpec)
        default: break
        }
    }

    private static func namespace(_ document: inout JSONValue) {
        let name = document.at("metadata", "name") ?? ""
        document.set(name, at: "metadata", "labels", "kubernetes.io/metadata.name")
        var status = document["status"] ?? [:]
        status.fill("phase", "Active")
        document["status"] = status
    }

    private static func webhook(_ webhook: inout JSONValue, isMutating: Bool) {
        webhook.fill("failurePolicy", "Fail")
        webhook.fill("matchPolicy", "Equivalent")
        webhook.fill("namespaceSelector", [:])
        webhook.fill("objectSelector", [:])
        webhook.fill("timeoutSeconds", 10)
        if isMutating { webhook.fill("reinvocationPolicy", "Never") }
        webhook.changeEach("rules") { $0.fill("scope", "*") }
        webhook.change("clientConfig") { $0.change("service") { $0.fill("port", 443) } }
    }

    /// Fields that are always there, empty or not.
    private static func event(_ document: inout JSONValue) {
        for field in ["eventTime", "firstTimestamp", "lastTimestamp"] { document.fill(field, nil) }
        for field in ["reportingComponent", "reportingInstance"] { document.fill(field, "") }
        document.fill("source", [:])
        document.fill("involvedObject", [:])
    }

    private static func node(_ document: inout JSONValue) {
        document.fill("spec", [:])
        document.change("spec") { spec in
            guard let range = spec["podCIDR"], spec.entries("podCIDRs").first != range else { return }
            spec["podCIDRs"] = .array([range] + spec.entries("podCIDRs").dropFirst())
        }
        var status = document["status"] ?? [:]
        if let capacity = status["capacity"] { status.fill("allocatable", capacity) }
        status.fill("daemonEndpoints", ["kubeletEndpoint": ["Port": 0]])
        var info = status["nodeInfo"] ?? [:]
        for field in [
            "architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion", "kubeletVersion",
            "machineID", "operatingSystem", "osImage", "systemUUID",
        ] {
            info.fill(field, "")
        }
        status["nodeInfo"] = info
        document["status"] = status
    }

    private static func roleBinding(_ document: inout JSONValue) {
        let group = "rbac.authorization.k8s.io"
        document.change("roleRef") { $0.fill("apiGroup", .string(group)) }
        document.changeEach("subjects") { subject in
            if subject.text("kind") != "ServiceAccount" { subject.fill("apiGroup", .string(group)) }
        }
    }

    private static func secret(_ document: inout JSONValue) {
        document.fill("type", "Opaque")
        guard let plain = document["stringData"]?.objectValue else { return }
        for (key, value) in plain {
            document.set(.string(Base64.encoded((value.stringValue ?? "").utf8)), at: "data", key)
        }
        document["stringData"] = nil
    }

    private static func replicaSet(_ document: inout JSONValue) {
        document.change("spec") { spec in
            spec.fill("replicas", 1)
            spec.change("template", podTemplate)
        }
    }

    private static func deployment(_ document: inout JSONValue) {
        document.change("spec") { spec in
            spec.fill("replicas", 1)
            spec.change("template", podTemplate)
            var strategy = spec["strategy"] ?? [:]
            strategy.fill("type", "RollingUpdate")
            if strategy["type"] == "RollingUpdate" {
                var rolling = strategy["rollingUpdate"] ?? [:]
                rolling.fill("maxUnavailable", "25%")
                rolling.fill("maxSurge", "25%")
                strategy["rollingUpdate"] = rolling
            }
            spec["strategy"] = strategy
            spec.fill("revisionHistoryLimit", 10)
            spec.fill("progressDeadlineSeconds", 600)
        }
    }

    private static func job(_ spec: inout JSONValue) {
        if spec["completions"] == nil, spec["parallelism"] == nil { spec["completions"] = 1 }
        spec.fill("parallelism", 1)
        spec.fill("backoffLimit", 6)
        spec.fill("completionMode", "NonIndexed")
        spec.fill("suspend", false)
        spec.fill("manualSelector", false)
        spec.fill("podReplacementPolicy", spec["podFailurePolicy"] == nil ? "TerminatingOrFailed" : "Failed")
        spec.change("template", podTemplate)
    }

    private static func autoscaler(_ spec: inout JSONValue) {
        spec.fill("minReplicas", 1)
        let target: JSONValue = ["type": "Utilization", "averageUtilization": 80]
        spec.fill("metrics", [["type": "Resource", "resource": ["name": "cpu", "target": target]]])
    }

    private static func definitionSpec(_ spec: inout JSONValue) {
        spec.change("names") { names in
            let kind = names.text("kind")
            guard !kind.isEmpty else { return }
            names.fill("singular", .string(kind.lowercased()))
            names.fill("listKind", .string("\(kind)List"))
        }
        spec.fill("conversion", ["strategy": "None"])
    }
}
