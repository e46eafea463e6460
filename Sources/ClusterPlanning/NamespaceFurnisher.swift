import JSON
package import KubernetesModel
package import Planning

/// Puts into every namespace what every namespace has: the ServiceAccount `default` and the ConfigMap
/// `kube-root-ca.crt` with the certificates by which pods verify the API server.
///
/// Source: Kubernetes 1.20.2, as observed.
package struct NamespaceFurnisher: Controller {
    static let accountName = "default"
    static let bundleName = "kube-root-ca.crt"
    static let bundleKey = "ca.crt"

    package let name = "namespacefurnisher"
    package let watchedKinds: [ResourceKind] = [.namespace, .serviceAccount, .configMap]
    private let certificates: String

    /// - Parameter certificates: PEM; empty for an API server that is reached without TLS.
    package init(certificates: String = "") {
        self.certificates = certificates
    }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard let object = change.object else { return [] }
        switch change.kind {
        case .namespace: return [object.key]
        case .serviceAccount: return object.name == Self.accountName ? [ObjectKey(name: object.namespace)] : []
        default: return object.name == Self.bundleName ? [ObjectKey(name: object.namespace)] : []
        }
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard let namespace = world.objects.object(.namespace, key), !namespace.isDeleting else { return Plan() }
        var plan = Plan()
        if world.objects.object(.serviceAccount, ObjectKey(namespace: key.name, name: Self.accountName)) == nil {
            let account: JSONValue = [
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": ["name": .string(Self.accountName), "namespace": .string(key.name)],
            ]
            plan.effects.append(.kubernetes(.create(.serviceAccount, account)))
        }
        let data: JSONValue = [Self.bundleKey: .string(certificates)]
        let bundleKey = ObjectKey(namespace: key.name, name: Self.bundleName)
        guard let bundle = world.objects.object(.configMap, bundleKey) else {
            let bundle: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": .string(Self.bundleName), "namespace": .string(key.name)], "data": data,
            ]
            plan.effects.append(.kubernetes(.create(.configMap, bundle)))
            return plan
        }
        if bundle.document["data"] != data, !bundle.isDeleting {
            let body = JSONValue.mergePatch(from: ["data": bundle.document["data"] ?? [:]], to: ["data": data])
            plan.effects.append(.kubernetes(.patch(KubernetesWrite.Patch(.configMap, bundleKey, body: body))))
        }
        return plan
    }
}
