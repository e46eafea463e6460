import Synchronization

/// Makes changes safe, such as by a file.
package protocol LoadBalancerJournal: Sendable {
    /// Takes one change. Changes come in the order of their numbers, under the store's lock: this must not block. Once
    /// a change is safe, `LoadBalancerStore.commit(through:)` is to be called with its number.
    func append(_ change: LoadBalancerChange)
}

/// What changed together: resources as they are now, and the names of those that are gone.
package struct LoadBalancerChange: Equatable, Sendable {
    /// Rises by one with every change.
    package let number: UInt64
    package let resources: [KeptResource]
}

extension LoadBalancerStore {
    /// What a store remembers of what it has handed to its journal.
    struct Keeping {
        let journal: any LoadBalancerJournal
        var known: [KeptResource.Identity: KeptResource] = [:]
        /// The number of the last change.
        var appended: UInt64 = 0
        var committed: UInt64 = 0
        /// Why nothing can be kept any more.
        var failure: String?
        var waiters: [(number: UInt64, continuation: CheckedContinuation<Void, Never>)] = []

        init(of state: inout LoadBalancerState, _ journal: any LoadBalancerJournal) {
            self.journal = journal
            _ = state.takeChanges()
            for resource in state.keptResources { known[resource.identity] = resource }
        }
    }

    /// Says that every change up to that number is safe.
    package func commit(through number: UInt64) {
        resume { keeping in
            keeping.committed = max(keeping.committed, number)
            defer { keeping.waiters.removeAll { $0.number <= number } }
            return keeping.waiters.filter { $0.number <= number }.map(\.continuation)
        }
    }

    /// Says that changes can no longer be made safe.
    package func fail(_ reason: String) {
        resume { keeping in
            keeping.failure = keeping.failure ?? reason
            defer { keeping.waiters = [] }
            return keeping.waiters.map(\.continuation)
        }
    }

    /// Suspends until everything that was changed before is safe.
    ///
    /// - Returns: why it will not be; `nil` when it is.
    package func waitUntilSafe() async -> String? {
        let target = guarded.withLock { $0.keeping?.appended ?? 0 }
        await withCheckedContinuation { continuation in
            let mustWait = guarded.withLock { guarded in
                guard guarded.keeping?.isOpen(target) == true else { return false }
                guarded.keeping?.waiters.append((target, continuation))
                return true
            }
            if !mustWait { continuation.resume() }
        }
        return guarded.withLock { guarded in
            guard let keeping = guarded.keeping, keeping.committed < target else { return nil }
            return keeping.failure
        }
    }

    private func resume(_ change: (inout Keeping) -> [CheckedContinuation<Void, Never>]) {
        let continuations = guarded.withLock { guarded -> [CheckedContinuation<Void, Never>] in
            guard var keeping = guarded.keeping else { return [] }
            defer { guarded.keeping = keeping }
            return change(&keeping)
        }
        for continuation in continuations { continuation.resume() }
    }
}

extension LoadBalancerStore.Keeping {
    /// Whether it is not known yet if a change will be safe.
    func isOpen(_ number: UInt64) -> Bool { committed < number && failure == nil }

    /// Hands on what is not as the journal knows it. The counters alone are no change: where they matter, something
    /// was made with them.
    mutating func keep(_ resources: [KeptResource]) {
        let changed = resources.filter { known[$0.identity] != $0 && $0.identity.kind != .counters }
        guard !changed.isEmpty else { return }
        for resource in changed { known[resource.identity] = resource.content == nil ? nil : resource }
        appended += 1
        let counters = resources.filter { $0.identity.kind == .counters }
        journal.append(LoadBalancerChange(number: appended, resources: changed + counters))
    }
}

extension LoadBalancerStore.Guarded {
    /// Hands what has changed to the journal, if there is one.
    mutating func keep() {
        guard keeping != nil else { return }
        keeping?.keep(state.takeChanges())
    }
}
