import JSON
import KubernetesModel

/// What a deletion asks for: the query parameters, overridden by the body.
struct DeletionOptions {
    var propagation: String
    var gracePeriodSeconds: Int?
    var uid: String?
    var resourceVersion: String?

    init(_ request: APIRequest) throws(KubernetesFailure) {
        let body = request.body ?? [:]
        try Self.check(body)
        propagation = body["propagationPolicy"]?.stringValue ?? request.options.propagationPolicy
        if propagation.isEmpty, let orphan = body["orphanDependents"]?.boolValue {
            propagation = orphan ? "Orphan" : "Background"
        }
        gracePeriodSeconds = body["gracePeriodSeconds"]?.intValue ?? request.options.gracePeriodSeconds
        uid = body.at("preconditions", "uid")?.stringValue ?? request.options.preconditionUID
        resourceVersion =
            body.at("preconditions", "resourceVersion")?.stringValue ?? request.options.preconditionResourceVersion
        guard ["", "Background", "Foreground", "Orphan"].contains(propagation) else {
            let supported = ["Foreground", "Background", "Orphan", "nil"]
            throw Self.invalid(.notSupported("propagationPolicy", .string(propagation), supported))
        }
    }

    private static func check(_ body: JSONValue) throws(KubernetesFailure) {
        guard body.objectValue != nil else {
            throw KubernetesFailure(
                code: 500, reason: "",
                message: "couldn't get version/kind; json parse error: json: cannot unmarshal \(body.kindName) into "
                    + "Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
                    + "\"json:\\\"kind,omitempty\\\"\" }")
        }
        let kind = body.text("kind")
        guard kind.isEmpty || kind == "DeleteOptions" else {
            throw KubernetesFailure(
                code: 500, reason: "",
                message: "no kind \"\(kind)\" is registered for version \"\(body.text("apiVersion"))\" in deletions")
        }
        if let seconds = body["gracePeriodSeconds"], !seconds.isNull, seconds.intValue == nil {
            throw KubernetesFailure(
                code: 500, reason: "",
                message: "v1.DeleteOptions.GracePeriodSeconds: \(seconds.text) is not a whole number")
        }
        let policy = body.text("propagationPolicy")
        if body["orphanDependents"]?.boolValue != nil, !policy.isEmpty {
            throw invalid(
                .invalid(
                    "propagationPolicy", .string(policy),
                    "orphanDependents and deletionPropagation cannot be both set"))
        }
        let dryRun = body.entries("dryRun").compactMap(\.stringValue)
        guard let wrong = dryRun.first(where: { $0 != "All" }) else { return }
        var error = FieldError.notSupported("dryRun", .string(wrong), ["All"])
        let shown = dryRun.map { JSONValue.string($0).text }.joined(separator: ", ")
        error.message = "Unsupported value: []string{\(shown)}: supported values: \"All\""
        throw invalid(error)
    }

    private static func invalid(_ error: FieldError) -> KubernetesFailure {
        ResourceDefinition(group: "meta.k8s.io", kind: "DeleteOptions", plural: "deleteoptions").invalid("", [error])
    }
}

extension ClusterState {
    /// DELETE of one object: at once, or by marking it when finalizers or a grace period are to be waited for.
    mutating func delete(_ context: RequestContext) throws(KubernetesFailure) -> APIResponse {
        let options = try DeletionOptions(context.request)
        let old = try existing(context)
        if isProtected(context) {
            throw context.definition.forbidden(context.request.name, "this namespace may not be deleted")
        }
        let (document, isRemoved) = try delete(old, options, context)
        if !isRemoved || Self.returnsDeletedObject.contains(context.definition.plural) {
            return APIResponse(code: 200, document: served(document, as: context.definition))
        }
        var details = context.definition.details(context.request.name)
        details["uid"] = document.at("metadata", "uid")
        return APIResponse(
            code: 200,
            document: [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details,
            ])
    }

    /// DELETE of everything that the selectors select in a namespace.
    mutating func deleteCollection(_ context: RequestContext) throws(KubernetesFailure) -> APIResponse {
        let options = try DeletionOptions(context.request)
        let requested = context.request.options
        let selection = try Selection(
            context.definition, labels: requested.labelSelector, fields: requested.fieldSelector)
        let table = table(context.definition.storage)
        var items: [JSONValue] = []
        for key in table.keys(inNamespace: context.request.namespace) {
            guard let document = table[key], selection.matches(document, key: key) else { continue }
            var request = context.request
            request.name = key.name
            request.namespace = key.namespace
            let single = RequestContext(
                request: request, definition: context.definition, now: context.now, timeText: context.timeText)
            // What is answered are the objects as they were found.
            items.append(served(document, as: context.definition))
            _ = try delete(document, options, single)
        }
        let metadata: JSONValue = ["resourceVersion": .string(String(currentResourceVersion))]
        return APIResponse(code: 200, document: listDocument(items, metadata: metadata, of: context.definition))
    }

    /// The kinds whose deletion is answered with the object, even when it is gone.
    private static let returnsDeletedObject: Set<String> = [
        "pods", "podtemplates", "services", "serviceaccounts", "persistentvolumeclaims",
    ]

    /// Deletes or marks one object.
    ///
    /// - Returns: the object as it is now or was last, and whether it is gone.
    mutating func delete(
        _ old: JSONValue, _ options: DeletionOptions, _ context: RequestContext
    ) throws(KubernetesFailure) -> (JSONValue, isRemoved: Bool) {
        try checkPreconditions(old, options, context)
        var document = old
        var options = options
        // Jobs have always kept their pods when nothing is said.
        if options.propagation.isEmpty, context.definition.kind == "Job", !context.definition.isCustom {
            options.propagation = "Orphan"
        }
        setPropagationFinalizers(&document, options)
        let grace = gracePeriod(of: document, options, context)
        let isDeleting = document.at("metadata", "deletionTimestamp") != nil
        let pending = document.at("metadata", "deletionGracePeriodSeconds")?.intValue ?? 0
        if !isDeleting {
            if isDefinition(context), !hasCleanup(document) {
                let finalizers = document.at("metadata", "finalizers")?.arrayValue ?? []
                document.set(
                    .array(finalizers + [.string(CustomDefinition.cleanupFinalizer)]), at: "metadata", "finalizers")
            }
            if isDefinition(context) { DefinitionStatus.terminating(&document, .pending, now: context.now) }
            mark(&document, grace: grace, context)
        } else if let asked = options.gracePeriodSeconds, asked < pending {
            shorten(&document, from: pending, to: asked)
        }
        if context.definition.kind == "Namespace", !context.definition.isCustom {
            document.set("Terminating", at: "status", "phase")
        }
        if isFinished(document) {
            // Only a pod is marked before it goes; watchers see everything else as it was. So do clients, but those
            // of claims: elsewhere a finalizer has these marked as well.
            let kind = context.definition.isCustom ? "" : context.definition.kind
            finish(kind == "Pod" ? document : old, context)
            return (["Pod", "PersistentVolumeClaim"].contains(kind) ? document : old, true)
        }
        if document != old {
            if document.at("metadata", "generation") != nil, !isDeleting, !isDefinition(context) {
                let generation = document.at("metadata", "generation")?.intValue ?? 0
                document.set(.number(JSONNumber(generation + 1)), at: "metadata", "generation")
            }
            document = store(document, in: context.definition.storage, at: context.key)
            afterWrite(document, context)
            if isDefinition(context) { return (document, false) }
        }
        guard let current = stored(context.definition.storage, context.key) else { return (document, true) }
        return (current, false)
    }

    private func checkPreconditions(
        _ old: JSONValue, _ options: DeletionOptions, _ context: RequestContext
    ) throws(KubernetesFailure) {
        let object = KubernetesObject(old)
        // Real servers name the kind here, not the resource.
        var named = context.definition
        named.plural = named.kind
        if let uid = options.uid, !uid.isEmpty, uid != object.uid {
            throw named.conflict(
                object.name,
                "the UID in the precondition (\(uid)) does not match the UID in record (\(object.uid)). The object "
                    + "might have been deleted and then recreated")
        }
        if let version = options.resourceVersion, !version.isEmpty, version != object.resourceVersion {
            throw named.conflict(
                object.name,
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(object.resourceVersion)). The object might have been modified")
        }
    }

    /// The finalizers by which the garbage collector learns what to do with dependents.
    private func setPropagationFinalizers(_ document: inout JSONValue, _ options: DeletionOptions) {
        guard !options.propagation.isEmpty else { return }
        let present = document.at("metadata", "finalizers")?.arrayValue ?? []
        var finalizers = present.filter { $0 != "foregroundDeletion" && $0 != "orphan" }
        if options.propagation == "Foreground" { finalizers.append("foregroundDeletion") }
        if options.propagation == "Orphan" { finalizers.append("orphan") }
        guard finalizers != present else { return }
        document.set(finalizers.isEmpty ? JSONValue?.none : .array(finalizers), at: "metadata", "finalizers")
    }

    /// How long the object may take to stop, in seconds; only pods that run somewhere get any.
    private func gracePeriod(of document: JSONValue, _ options: DeletionOptions, _ context: RequestContext) -> Int {
        guard context.definition.plural == "pods", !context.definition.isCustom else { return 0 }
        let phase = document.at("status", "phase")?.stringValue ?? ""
        let node = document.at("spec", "nodeName")?.stringValue ?? ""
        if node.isEmpty || phase == "Succeeded" || phase == "Failed" { return 0 }
        let period =
            options.gracePeriodSeconds ?? document.at("spec", "terminationGracePeriodSeconds")?.intValue
            ?? Self.defaultGracePeriodSeconds
        return period < 0 ? 1 : min(period, Self.gracePeriodMax)
    }

    /// The longest grace period that is computed with, 68 years.
    private static let gracePeriodMax = Int(Int32.max)

    private static let defaultGracePeriodSeconds = 30

    /// The namespaces that nobody may delete.
    private func isProtected(_ context: RequestContext) -> Bool {
        context.definition.kind == "Namespace" && !context.definition.isCustom
            && ["default", "kube-public", "kube-system"].contains(context.request.name)
    }

    private func isDefinition(_ context: RequestContext) -> Bool {
        context.definition.kind == "CustomResourceDefinition" && !context.definition.isCustom
    }

    private func hasCleanup(_ document: JSONValue) -> Bool {
        KubernetesObject(document).finalizers.contains(CustomDefinition.cleanupFinalizer)
    }

    private func mark(_ document: inout JSONValue, grace: Int, _ context: RequestContext) {
        let due = context.now.wholeSeconds.advanced(by: .seconds(grace))
        document.set(.string(due.rfc3339), at: "metadata", "deletionTimestamp")
        if isDefinition(context) || (context.definition.kind == "Namespace" && !context.definition.isCustom) { return }
        document.set(.number(JSONNumber(grace)), at: "metadata", "deletionGracePeriodSeconds")
    }

    private func shorten(_ document: inout JSONValue, from pending: Int, to asked: Int) {
        guard let due = KubernetesObject(document).deletionTimestamp else { return }
        let earlier = due.advanced(by: .seconds(max(0, asked) - pending))
        document.set(.string(earlier.rfc3339), at: "metadata", "deletionTimestamp")
        document.set(.number(JSONNumber(max(0, asked))), at: "metadata", "deletionGracePeriodSeconds")
    }
}
