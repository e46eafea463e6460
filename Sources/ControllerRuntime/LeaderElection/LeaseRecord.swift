package import JSON
package import KubernetesModel

/// What a Lease says about who leads. Source: `coordination.k8s.io/v1`, LeaseSpec.
package struct LeaseRecord: Equatable, Sendable {
    /// Who holds it; empty when nobody does.
    package var holder: String
    /// For how many seconds after a renewal nobody else may take it; 0 when the Lease does not say.
    package var durationSeconds: Int
    /// When the holder took it, by the holder's clock: as text, since it is compared for equality only.
    package var acquireTime: String
    /// When the holder renewed it last, by the holder's clock.
    package var renewTime: String
    /// How often the holder has changed.
    package var transitions: Int

    package init(
        holder: String, durationSeconds: Int, acquireTime: String = "", renewTime: String = "", transitions: Int = 0
    ) {
        self.holder = holder
        self.durationSeconds = durationSeconds
        self.acquireTime = acquireTime
        self.renewTime = renewTime
        self.transitions = transitions
    }

    /// Reads a Lease.
    package init(_ lease: JSONValue) {
        holder = lease.at("spec", "holderIdentity")?.stringValue ?? ""
        durationSeconds = lease.at("spec", "leaseDurationSeconds")?.intValue ?? 0
        acquireTime = lease.at("spec", "acquireTime")?.stringValue ?? ""
        renewTime = lease.at("spec", "renewTime")?.stringValue ?? ""
        transitions = lease.at("spec", "leaseTransitions")?.intValue ?? 0
    }

    /// `lease` with these fields; what else it says stays.
    package func written(to lease: JSONValue) -> JSONValue {
        var lease = lease
        lease.set(.string(holder), at: "spec", "holderIdentity")
        lease.set(.number(JSONNumber(durationSeconds)), at: "spec", "leaseDurationSeconds")
        lease.set(.string(acquireTime), at: "spec", "acquireTime")
        lease.set(.string(renewTime), at: "spec", "renewTime")
        lease.set(.number(JSONNumber(transitions)), at: "spec", "leaseTransitions")
        return lease
    }

    /// A Lease that does not exist yet.
    package static func newLease(_ key: ObjectKey) -> JSONValue {
        [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["name": .string(key.name), "namespace": .string(key.namespace)],
        ]
    }
}
