import JSON
package import KubernetesModel

extension APIRequest {
    /// The request that a planner's write stands for; what the network client would have sent.
    package init(_ write: KubernetesWrite) {
        let kind = write.kind
        let key = write.key
        self.init(
            .create, group: kind.group, version: kind.version, resource: kind.plural, namespace: key.namespace,
            name: key.name)
        switch write {
        case .create(_, let document):
            body = document
            if kind.group.isEmpty, kind.plural == "bindings" {
                // The legacy collection of bindings stands for the pod's own subresource.
                resource = ResourceKind.pod.plural
                subresource = "binding"
            } else {
                name = ""
            }
        case .patch(let patch): apply(patch)
        case .update(_, _, let subresource, let document):
            verb = .update
            self.subresource = subresource
            body = document
        case .delete(let deletion):
            verb = .delete
            options.propagationPolicy = deletion.propagation?.rawValue ?? ""
            options.gracePeriodSeconds = deletion.gracePeriodSeconds
            options.preconditionUID = deletion.uid
            options.preconditionResourceVersion = deletion.resourceVersion
        case .evict(let pod):
            subresource = "eviction"
            body = [
                "apiVersion": "policy/v1", "kind": "Eviction",
                "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace)],
            ]
        }
    }

    /// Reads one object.
    package init(getting kind: ResourceKind, _ key: ObjectKey) {
        self.init(
            .get, group: kind.group, version: kind.version, resource: kind.plural, namespace: key.namespace,
            name: key.name)
    }

    private mutating func apply(_ patch: KubernetesWrite.Patch) {
        verb = .patch
        subresource = patch.subresource ?? ""
        body = patch.guardedBody
        switch patch.type {
        case .json: patchFormat = .json
        case .merge: patchFormat = .merge
        case .strategic: patchFormat = .strategic
        case .apply(let fieldManager, let force):
            patchFormat = .apply
            options.fieldManager = fieldManager
            options.force = force
        }
    }
}
