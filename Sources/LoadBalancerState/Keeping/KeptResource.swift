package import ELBModel

/// A part of a `LoadBalancerState` as it is kept outside the process, under its kind and name.
package struct KeptResource: Equatable, Sendable {
    /// What is kept.
    package enum Kind: String, Sendable {
        case loadBalancer, listener, targetGroup, tags
        /// The numbers from which the next ids follow; there is one of these.
        case counters
    }

    /// Tells resources apart.
    package struct Identity: Hashable, Sendable {
        package var kind: Kind
        /// The ARN; empty for the counters.
        package var name: String

        package init(kind: Kind, name: String) {
            self.kind = kind
            self.name = name
        }
    }

    package var identity: Identity
    /// Everything that outlives a process; `nil` when the resource is gone.
    package var content: [WireField]?

    package init(identity: Identity, content: [WireField]?) {
        self.identity = identity
        self.content = content
    }

    init(_ kind: Kind, _ name: String, _ content: (some WireStructure)?) {
        identity = Identity(kind: kind, name: name)
        self.content = content?.wireFields
    }
}

/// Resources that a `LoadBalancerState` cannot be made from.
package struct KeptResourceProblem: Error, Equatable, CustomStringConvertible {
    /// `listener arn:…: Value null at 'sequence' …`.
    package var description: String

    init(_ identity: KeptResource.Identity, _ problem: String) {
        description = "\(identity.kind) \(identity.name): \(problem)"
    }
}
