import JSON

extension ResourceKind {
    /// The forms in which the API servers that Weir works with serve this kind, the one planners read first.
    ///
    /// Source: the API deprecation guide. discovery.k8s.io/v1 and policy/v1 came with Kubernetes 1.21, autoscaling/v2
    /// with 1.23; the beta versions went with 1.25 and 1.26.
    package var servedForms: [ResourceKind] {
        switch self {
        case .endpointSlice, .podDisruptionBudget: [self, at(version: "v1beta1")]
        case .horizontalPodAutoscaler: [self, at(version: "v2beta2")]
        default: [self]
        }
    }

    /// The kind that tells planners the same where this one is not served at all.
    package var substitute: ResourceKind? { self == .endpointSlice ? .endpoints : nil }

    /// The same kind in another version of its group.
    package func at(version: String) -> ResourceKind {
        var kind = self
        kind.version = version
        return kind
    }
}

extension KubernetesObject {
    /// This object, which was served as `form`, in the shape of `kind`: what planners read.
    ///
    /// `kind` and `apiVersion`, which the items of typed lists leave out, are filled in. Fields that the two forms
    /// spell alike stay as they are.
    package func converted(from form: ResourceKind, to kind: ResourceKind) -> KubernetesObject {
        guard form != kind else { return completed(as: kind) }
        var object = self
        object.document["kind"] = .string(kind.kind)
        object.document["apiVersion"] = .string(kind.apiVersion)
        switch kind {
        case .endpointSlice: object.placeEndpoints()
        case .podDisruptionBudget: object.clearEmptySelector()
        default: break
        }
        return object
    }

    /// This object with `kind` and `apiVersion`, which items of typed lists leave out.
    package func completed(as kind: ResourceKind) -> KubernetesObject {
        guard document["kind"] == nil || document["apiVersion"] == nil else { return self }
        var object = self
        object.document["kind"] = .string(kind.kind)
        object.document["apiVersion"] = .string(kind.apiVersion)
        return object
    }

    /// v1beta1 keeps node and zone of an endpoint in `topology`, v1 in fields of their own.
    private mutating func placeEndpoints() {
        guard let endpoints = document["endpoints"]?.arrayValue else { return }
        document["endpoints"] = .array(
            endpoints.map { endpoint in
                guard let topology = endpoint["topology"] else { return endpoint }
                var endpoint = endpoint
                endpoint["topology"] = nil
                if endpoint["nodeName"] == nil { endpoint["nodeName"] = topology["kubernetes.io/hostname"] }
                endpoint["zone"] = topology["topology.kubernetes.io/zone"]
                return endpoint
            })
    }

    /// An empty selector selects nothing in policy/v1beta1 and everything in v1; a missing one nothing in both.
    private mutating func clearEmptySelector() {
        guard let selector = document.at("spec", "selector") else { return }
        let labels = selector["matchLabels"]?.objectValue?.isEmpty ?? true
        let expressions = selector["matchExpressions"]?.arrayValue?.isEmpty ?? true
        if labels, expressions { document.set(nil, at: "spec", "selector") }
    }
}

extension KubernetesWrite {
    /// This write in the form in which the API server serves its kind.
    ///
    /// The version in a whole document follows; its fields do not, and need not for the kinds Weir writes.
    package func addressed(to form: ResourceKind) -> KubernetesWrite {
        guard kind != form else { return self }
        switch self {
        case .create(_, var document):
            document["apiVersion"] = .string(form.apiVersion)
            return .create(form, document)
        case .update(_, let key, let subresource, var document):
            document["apiVersion"] = .string(form.apiVersion)
            return .update(form, key, subresource: subresource, document)
        case .patch(var patch):
            patch.kind = form
            if case .apply = patch.type { patch.body["apiVersion"] = .string(form.apiVersion) }
            return .patch(patch)
        case .delete(var deletion):
            deletion.kind = form
            return .delete(deletion)
        case .evict: return self
        }
    }
}

/// A kind that the API server does not serve in any version Weir can read.
package struct KindNotServed: Error, Hashable, Sendable, CustomStringConvertible {
    package var kind: ResourceKind

    package init(_ kind: ResourceKind) {
        self.kind = kind
    }

    package var description: String {
        let versions = kind.servedForms.map(\.version).joined(separator: " nor as ")
        return "\(kind.qualifiedPlural): the API server serves no \(kind) as \(versions). \(remedy)."
    }

    private var remedy: String {
        switch kind.group {
        case "argoproj.io", "elbv2.k8s.aws": "Install its CustomResourceDefinition"
        default: "Use Kubernetes 1.20 or later"
        }
    }
}
