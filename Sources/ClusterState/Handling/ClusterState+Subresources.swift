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
        let body = context.request.body ?? [:]
        try checkSubject(body, kind: "Eviction", context)
        let pod = try existing(context)
        let isDryRun = body.at("deleteOptions", "dryRun")?.arrayValue?.contains("All") ?? false
        if isDryRun { return Self.done }
        let isStarted = !["Pending", "Succeeded", "Failed"].contains(pod.at("status", "phase")?.stringValue ?? "")
        if isStarted, pod.at("metadata", "deletionTimestamp") == nil { try spendBudget(for: pod, context) }
        var request = context.request
        request.body = body["deleteOptions"] ?? [:]
        let options = try DeletionOptions(request)
        _ = try delete(pod, options, context)
        return Self.done
    }

    /// What is answered when a pod was evicted or bound.
    private static var done: APIResponse {
        APIResponse(
            code: 201,
            document: ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201])
    }

    /// What is posted below a pod has to be of the kind and be named after the pod.
    private func checkSubject(
        _ body: JSONValue, kind: String, _ context: RequestContext
    ) throws(KubernetesFailure) {
        let given = body.text("kind")
        guard given.isEmpty || given == kind else {
            let version = body.text("apiVersion").split(separator: "/").last ?? ""
            throw .badRequest(
                "\(given) in version \"\(version)\" cannot be handled as a \(kind): the body is no \(kind)")
        }
        guard body.at("metadata", "name")?.stringValue ?? "" == context.request.name else {
            throw .badRequest("name in URL does not match name in \(kind) object")
        }
    }

    private mutating func spendBudget(for pod: JSONValue, _ context: RequestContext) throws(KubernetesFailure) {
        guard let definition = registry.definition(group: "policy", version: "v1", plural: "poddisruptionbudgets")
        else { return }
        let table = table(definition.storage)
        var keys: [ObjectKey] = []
        for key in table.keys(inNamespace: context.request.namespace) {
            guard let budget = table[key], try selects(budget, pod) else { continue }
            keys.append(key)
        }
        guard keys.count < 2 else {
            throw KubernetesFailure(
                code: 500, reason: "",
                message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
                    + "support.")
        }
        guard let key = keys.first, let old = table[key], !isFree(pod, of: old) else { return }
        let allowed = try allowedDisruptions(old, name: key.name)
        var budget = old
        budget.set(.number(JSONNumber(allowed - 1)), at: "status", "disruptionsAllowed")
        budget.set(.string(context.timeText), at: "status", "disruptedPods", context.request.name)
        var request = APIRequest(
            .update, group: definition.group, resource: definition.plural, namespace: key.namespace, name: key.name,
            subresource: "status")
        request.options.fieldManager = "kube-apiserver"
        let own = RequestContext(
            request: request, definition: definition, now: context.now, timeText: context.timeText)
        ManagedFields.write(
            ManagedFields.entries(after: budget, old: old, given: nil, own), in: &budget, of: own.definition.storage,
            sharing: &fieldDocuments)
        store(budget, in: definition.storage, at: key)
    }

    /// Whether a budget counts the pod for nothing: one that is not ready, while enough others are, or in any case
    /// where the budget says so.
    private func isFree(_ pod: JSONValue, of budget: JSONValue) -> Bool {
        let conditions = pod["status"]?.entries("conditions") ?? []
        if conditions.contains(where: { $0["type"] == "Ready" && $0["status"] == "True" }) { return false }
        if budget.at("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow" { return true }
        let desired = budget.at("status", "desiredHealthy")?.intValue ?? 0
        return desired > 0 && (budget.at("status", "currentHealthy")?.intValue ?? 0) >= desired
    }

    /// How many more pods of a budget may go, at least 1.
    private func allowedDisruptions(_ budget: JSONValue, name: String) throws(KubernetesFailure) -> Int {
        let allowed = budget.at("status", "disruptionsAllowed")?.intValue ?? 0
        let observed = budget.at("status", "observedGeneration")?.intValue ?? 0
        let isObserved = observed >= KubernetesObject(budget).generation
        if isObserved, allowed > 0 { return allowed }
        let desired = budget.at("status", "desiredHealthy")?.intValue ?? 0
        let healthy = budget.at("status", "currentHealthy")?.intValue ?? 0
        let problem =
            isObserved
            ? "The disruption budget \(name) needs \(desired) healthy pods and has \(healthy) currently"
            : "The disruption budget \(name) is still being processed by the server."
        throw KubernetesFailure(
            code: 429, reason: "TooManyRequests",
            message: "Cannot evict pod as it would violate the pod's disruption budget.",
            details: ["causes": [["reason": "DisruptionBudget", "message": .string(problem)]]])
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
        var inner = RequestContext(
            request: request, definition: pods, now: context.now, timeText: context.timeText)
        return try bind(&inner)
    }

    /// Puts a pod on a node, once.
    private mutating func bind(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        guard context.request.verb == .create else { throw context.definition.methodNotAllowed() }
        let body = context.request.body ?? [:]
        try checkSubject(body, kind: "Binding", context)
        try checkTarget(body["target"] ?? [:])
        var pod = try existing(context)
        let node = body.at("target", "name")?.stringValue ?? ""
        let bound = pod.at("spec", "nodeName")?.stringValue ?? ""
        var binding = context.definition
        binding.plural = "pods/binding"
        guard pod.at("metadata", "deletionTimestamp") == nil else {
            throw binding.conflict(
                context.request.name, "pod \(context.request.name) is being deleted, cannot be assigned to a host")
        }
        guard bound.isEmpty else {
            throw binding.conflict(
                context.request.name, "pod \(context.request.name) is already assigned to node \"\(bound)\"")
        }
        for (key, value) in body.at("metadata", "annotations")?.objectValue ?? [:] {
            pod.set(value, at: "metadata", "annotations", key)
        }
        pod.set(.string(node), at: "spec", "nodeName")
        var conditions = pod.at("status", "conditions")?.arrayValue ?? []
        conditions.removeAll { $0["type"]?.stringValue == "PodScheduled" }
        conditions.append([
            "type": "PodScheduled", "status": "True", "lastProbeTime": nil,
            "lastTransitionTime": .string(context.timeText),
        ])
        pod.set(.array(conditions), at: "status", "conditions")
        store(pod, in: context.definition.storage, at: context.key)
        return Self.done
    }

    /// A pod is bound to a node, which is named.
    private func checkTarget(_ target: JSONValue) throws(KubernetesFailure) {
        let kind = target.text("kind")
        if !kind.isEmpty, kind != "Node" {
            throw KubernetesFailure(
                code: 500, reason: "",
                message: "target.kind: Unsupported value: \"\(kind)\": supported values: \"Node\", \"<empty>\"")
        }
        guard !target.text("name").isEmpty else {
            throw KubernetesFailure(code: 500, reason: "", message: "target.name: Required value")
        }
    }
}
