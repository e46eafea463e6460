import JSON
package import KubernetesModel
package import Planning

/// All that the plan for one Ingress may depend on, besides the time.
package struct IngressSnapshot: Sendable {
    /// The Ingress.
    package var key: ObjectKey
    /// The cached objects.
    package var objects: ObjectStore
    /// The newest facts about AWS.
    package var observations: Observations
    package var settings: IngressSettings

    /// Cuts nothing out: parts of the world are read when they are needed.
    package init(key: ObjectKey, world: World, settings: IngressSettings) {
        self.key = key
        objects = world.objects
        observations = world.observations
        self.settings = settings
    }

    /// The Ingress, unless it is gone.
    var ingress: KubernetesObject? { objects.object(.ingress, key) }

    /// The name of the stack's tags.
    var stack: StackID { StackID(cluster: settings.clusterName, name: key.description) }

    /// A Service of the Ingress' namespace.
    func service(_ name: String) -> KubernetesObject? {
        objects.object(.service, ObjectKey(namespace: key.namespace, name: name))
    }
}
