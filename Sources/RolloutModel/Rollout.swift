import JSON
package import KubernetesModel

/// A Rollout as the planner reads it.
package struct Rollout: Hashable, Sendable {
    /// The object as the API server sent it.
    package var object: KubernetesObject
    package var spec: RolloutSpec
    package var status: RolloutStatus

    /// Reads and validates an object.
    ///
    /// - Parameter workload: what its `workloadRef` names; `nil` when there is no such object.
    /// - Throws: the first rule of the spec that is broken.
    package init(_ object: KubernetesObject, workload: KubernetesObject? = nil) throws(FieldError) {
        self.object = object
        spec = try RolloutSpec(parsing: object.spec, workload: workload)
        status = RolloutStatus(document: object.status)
    }

    /// Reads an object again after it may have changed; what is as it was in `former` is not read anew.
    ///
    /// - Throws: the first rule of the spec that is broken.
    package init(_ object: KubernetesObject, replacing former: Rollout?) throws(FieldError) {
        self.object = object
        guard let former, former.spec.workloadRef == nil, former.object.spec == object.spec else {
            spec = try RolloutSpec(parsing: object.spec, workload: nil)
            status = RolloutStatus(document: object.status)
            return
        }
        spec = former.spec
        status = former.object.status == object.status ? former.status : RolloutStatus(document: object.status)
    }

    package var name: String { object.name }
    package var key: ObjectKey { object.key }

    /// The revision annotation; `nil` before the first one.
    package var revision: Int? { object.annotation(RolloutKeys.revision).flatMap { Int($0) } }

    /// Whether the status was computed for this spec.
    package var isObserved: Bool { status.observedGeneration == "\(object.generation)" }

    /// What reads have confirmed so far.
    package var confirmed: ConfirmedRecord { ConfirmedRecord(parsing: object.annotation(RolloutKeys.confirmed)) }

    /// The settle time this Rollout asks for; `nil` when it is not a number of seconds in 0...3600.
    package var settleTime: Duration? {
        guard let seconds = object.annotation(RolloutKeys.settleSeconds).flatMap({ Double($0) }),
            (0...3600).contains(seconds)
        else { return nil }
        return .milliseconds(Int(seconds * 1000))
    }

    /// The owner reference of its ReplicaSets.
    package var ownerReference: OwnerReference {
        OwnerReference(
            apiVersion: ResourceKind.rollout.apiVersion, kind: ResourceKind.rollout.kind, name: name, uid: object.uid)
    }
}
