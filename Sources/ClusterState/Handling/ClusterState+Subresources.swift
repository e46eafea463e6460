import JSON
import KubernetesModel

extension ClusterState {
    /// A request to something below an object.
    mutating func dispatchSubresource(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        let definition = context.definition
        let isCore = !definition.isCustom && definition.group.isEmpty
        switch (context.request.subresource, definition.plural) {
        case ("status", _) where definition.hasStatus: return try handleStatus(&context)
        case ("scale", _) where definition.scale != nil: return try handleScale(&context)
        case ("finalize", "namespaces") where isCore: return try handleFinalize(&context)
        case ("eviction", "pods") where isCore: return try evict(context)
        case ("binding", "pods") where isCore: return try bind(&context)
        default: throw .unknownPath
        }
    }

    private mutating func handleStatus(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        switch context.request.verb {
        case .get: return APIResponse(code: 200, document: try get(context))
        case .update: return try replace(&context)
        case .patch: return try patch(&context)
        case .list, .create, .delete, .deleteCollection: throw context.definition.methodNotAllowed()
        }
    }

    /// A namespace is removed when its last finalizer is taken away here.
    private mutating func handleFinalize(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        guard context.request.verb == .update else { throw context.definition.methodNotAllowed() }
        return try replace(&context)
    }

    /// Asks for a pod to go, within what its disruption budgets allow.
    ///
    /// Source: the `policy/v1` Eviction API.
    private mutating func evict(_ context: RequestContext) throws(KubernetesFailure) -> APIResponse {
        guard context.request.verb == .create else { throw context.definition.methodNotAllowed() }
        let pod = try existing(context)
        let isStarted = !["Pending", "Succeeded", "Failed"].contains(pod.at("status", "phase")?.stringValue ?? "")
        if isStarted, pod.at("metadata", "deletionTimestamp") == nil { try spendBudget(for: pod, context) }
        var request = context.request
        request.body = context.request.body?["deleteOptions"] ?? [:]
        let options = try DeletionOptions(request)
        _ = try delete(pod, options, context)
        return APIResponse(
            code: 201,
            document: ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201])
    }

    private mutating func spendBudget(for pod: JSONValue, _ context: RequestContext) throws(KubernetesFailure) {
        let name = ResourceName(group: "policy", plural: "poddisruptionbudgets")
        let table = table(name)
        var keys: [ObjectKey] = []
        for key in table.keys(inNamespace: context.request.namespace) {
            if let budget = table[key], try selects(budget, pod) { keys.append(key) }
        }
        guard keys.count <= 1 else {
            throw KubernetesFailure(
                code: 500, reason: "",
                message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
                    + "support.")
        }
        for key in keys {
            guard var budget = table[key] else { continue }
            let allowed = budget.at("status", "disruptionsAllowed")?.intValue ?? 0
            let desired = budget.at("status", "desiredHealthy")?.intValue ?? 0
            let healthy = budget.at("status", "currentHealthy")?.intValue ?? 0
            if !Self.isReady(pod) {
                // A pod that serves nobody costs the budget nothing.
                let always = budget.at("spec", "unhealthyPodEvictionPolicy")?.stringValue == "AlwaysAllow"
                if always || (desired > 0 && healthy >= desired) { return }
            }
            guard allowed > 0 else {
                throw KubernetesFailure(
                    code: 429, reason: "TooManyRequests",
                    message: "Cannot evict pod as it would violate the pod's disruption budget.",
                    details: [
                        "causes": [
                            [
                                "reason": "DisruptionBudget",
                                "message": .string(
                                    "The disruption budget \(key.name) needs \(desired) healthy pods and has "
                                        + "\(healthy) currently"),
                            ]
                        ]
                    ])
            }
            budget.set(.number(JSONNumber(allowed - 1)), at: "status", "disruptionsAllowed")
            budget.set(
                .string(context.now.wholeSeconds.rfc3339), at: "status", "disruptedPods", context.request.name)
            store(budget, in: name, at: key)
        }
    }

    private static func isReady(_ pod: JSONValue) -> Bool {
        (pod.at("status", "conditions")?.arrayValue ?? []).contains {
            $0["type"]?.stringValue == "Ready" && $0["status"]?.stringValue == "True"
        }
    }

    private func selects(_ budget: JSONValue, _ pod: JSONValue) throws(KubernetesFailure) -> Bool {
        do {
            let selector = try LabelSelector(document: budget.at("spec", "selector") ?? [:])
            return selector.matches(labelsOf: pod)
        } catch {
            throw KubernetesFailure.badRequest("the selector of a disruption budget: \(error)")
        }
    }

    /// The older way to bind: a Binding in its own collection, named after the pod.
    mutating func createBinding(_ context: RequestContext) throws(KubernetesFailure) -> APIResponse {
        guard let pods = registry.definition(group: "", version: "v1", plural: "pods") else { throw .unknownPath }
        var request = context.request
        request.resource = "pods"
        request.subresource = "binding"
        request.name = context.request.body?.at("metadata", "name")?.stringValue ?? ""
        var inner = RequestContext(request: request, definition: pods, now: context.now)
        return try bind(&inner)
    }

    /// Puts a pod on a node, once.
    private mutating func bind(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        guard context.request.verb == .create else { throw context.definition.methodNotAllowed() }
        var pod = try existing(context)
        let node = context.request.body?.at("target", "name")?.stringValue ?? ""
        let bound = pod.at("spec", "nodeName")?.stringValue ?? ""
        guard !node.isEmpty else { throw .badRequest("binding \(context.key): target.name is required") }
        guard pod.at("metadata", "deletionTimestamp") == nil else {
            throw context.definition.conflict(
                context.request.name, "pod \(context.request.name) is being deleted, cannot be assigned to a host")
        }
        guard bound.isEmpty else {
            throw context.definition.conflict(
                context.request.name, "pod \(context.request.name) is already assigned to node \"\(bound)\"")
        }
        pod.set(.string(node), at: "spec", "nodeName")
        var conditions = pod.at("status", "conditions")?.arrayValue ?? []
        conditions.removeAll { $0["type"]?.stringValue == "PodScheduled" }
        conditions.append([
            "type": "PodScheduled", "status": "True", "lastProbeTime": nil,
            "lastTransitionTime": .string(context.now.wholeSeconds.rfc3339),
        ])
        pod.set(.array(conditions), at: "status", "conditions")
        store(pod, in: context.definition.storage, at: context.key)
        return APIResponse(
            code: 201,
            document: ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201])
    }
}
