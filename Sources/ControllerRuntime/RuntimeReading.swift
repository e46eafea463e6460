package import KubernetesModel

/// What a runtime is doing, for probes and metrics.
package struct RuntimeReading: Sendable, Equatable {
    /// The keys of one controller: due now, due later, and worked on.
    package struct Queue: Sendable, Equatable {
        package var controller: String
        package var dueCount: Int
        package var laterCount: Int
        package var workingCount: Int
    }

    /// How many objects of a kind are cached.
    package struct KindCount: Sendable, Equatable {
        package var kind: ResourceKind
        package var count: Int
    }

    /// In the controllers' order.
    package var queues: [Queue]
    /// Sorted by kind.
    package var objects: [KindCount]
    /// The kinds that have not been listed yet, sorted.
    package var missingKinds: [ResourceKind]
}
