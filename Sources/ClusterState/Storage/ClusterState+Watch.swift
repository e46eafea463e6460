import JSON
package import KubernetesModel

/// What a watcher reads in one go.
package struct WatchBatch: Sendable {
    /// In the order of the changes; may be empty.
    package var events: [WatchEvent]
    /// The version up to which the log has been read for these events; the next read begins after it.
    package var through: UInt64
}

extension ClusterState {
    /// The most log entries one read looks at.
    package static let watchBatchMax = 500

    /// Every event after a version, oldest first.
    ///
    /// - Returns: 410 `Expired` when the log no longer reaches back to `version`; 400 or 404 for a wrong query.
    package func watchEvents(
        after version: UInt64, query: WatchQuery
    ) -> Result<[WatchEvent], KubernetesFailure> {
        do throws(KubernetesFailure) {
            return .success(try watchBatch(query, after: version, limit: .max).events)
        } catch {
            return .failure(error)
        }
    }

    /// The objects that exist, as `ADDED` events, and the version they belong to: how a watch without a version begins.
    package func initialEvents(_ query: WatchQuery) throws(KubernetesFailure) -> WatchBatch {
        let (definition, selection) = try checkedWatch(query)
        let table = table(definition.storage)
        var events: [WatchEvent] = []
        for key in table.keys(inNamespace: query.namespace) {
            guard let document = table[key], selection.matches(document, key: key) else { continue }
            events.append(WatchEvent(.added, KubernetesObject(served(document, as: definition))))
        }
        return WatchBatch(events: events, through: currentResourceVersion)
    }

    /// The events of at most `limit` log entries after `version`.
    package func watchBatch(
        _ query: WatchQuery, after version: UInt64, limit: Int = ClusterState.watchBatchMax
    ) throws(KubernetesFailure) -> WatchBatch {
        let (definition, selection) = try checkedWatch(query)
        let part = try changes(query, after: version, through: currentResourceVersion, limit: limit)
        let events = part.changes.compactMap { change in
            selection.kind(of: change, inNamespace: query.namespace).map { kind in
                WatchEvent(kind, KubernetesObject(served(change.document(kind), as: definition)))
            }
        }
        return WatchBatch(events: events, through: part.through)
    }

    /// Whether a watch of a whole resource after a version would be told anything: a change, or that it must list anew.
    package func hasNews(_ query: WatchQuery, after version: UInt64) -> Bool {
        guard let storage = registry.storage(group: query.group, version: query.version, plural: query.resource) else {
            return true
        }
        guard let log = tables[storage]?.log else { return version < logBeginning }
        return !log.reaches(version) || log.hasEntry(after: version, through: currentResourceVersion)
    }

    /// At most `limit` changes of the query's resource after `version` and not after `last`, whatever it selects.
    ///
    /// - Returns: also the version up to which this is all there is.
    /// - Throws: 410 when the log no longer reaches back; 504 for a version that is ahead; 404 when nothing is served.
    func changes(
        _ query: WatchQuery, after version: UInt64, through last: UInt64, limit: Int
    ) throws(KubernetesFailure) -> (changes: [LoggedChange], through: UInt64) {
        let definition = try watchable(query)
        guard version <= currentResourceVersion else { throw .tooLarge(version, current: currentResourceVersion) }
        guard let log = tables[definition.storage]?.log else {
            guard version >= logBeginning else { throw .tooOld(version, oldest: logBeginning + 1) }
            return ([], last)
        }
        guard log.reaches(version) else { throw .tooOld(version, oldest: log.droppedThrough + 1) }
        let most = min(limit, log.capacity)
        let found = log.entries(after: version, through: last, limit: most)
        return (found, found.count < most ? max(version, last) : found.last?.resourceVersion ?? last)
    }

    /// The bookmark that says how far a watcher has read.
    package func bookmark(
        _ query: WatchQuery, at version: UInt64, endsInitialEvents: Bool = false
    ) -> WatchEvent {
        let definition = registry.definition(group: query.group, version: query.version, plural: query.resource)
        var metadata: JSONValue = ["resourceVersion": .string(String(version)), "creationTimestamp": nil]
        if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        return WatchEvent(
            .bookmark,
            KubernetesObject([
                "kind": .string(definition?.kind ?? ""), "apiVersion": .string(definition?.apiVersion ?? ""),
                "metadata": metadata,
            ]))
    }

    /// The resource of a query that can be served, and what of it is selected.
    func checkedWatch(
        _ query: WatchQuery
    ) throws(KubernetesFailure) -> (definition: ResourceDefinition, selection: Selection) {
        let definition = try watchable(query)
        let selection = try Selection(
            definition, labels: query.labelSelector, fields: query.fieldSelector, name: query.name)
        return (definition, selection)
    }

    private func watchable(_ query: WatchQuery) throws(KubernetesFailure) -> ResourceDefinition {
        let found = registry.definition(group: query.group, version: query.version, plural: query.resource)
        guard let definition = found else { throw .unknownPath }
        guard definition.verbs.contains("watch") else { throw definition.methodNotAllowed() }
        guard definition.isNamespaced || query.namespace.isEmpty else { throw .unknownPath }
        return definition
    }
}

extension Selection {
    /// What a change is to a watcher of the selected objects; `nil` when it is none of theirs.
    func kind(of change: LoggedChange, inNamespace namespace: String) -> WatchEvent.Kind? {
        guard namespace.isEmpty || change.key.namespace == namespace else { return nil }
        let before = change.old.map { matches($0, key: change.key) } ?? false
        let after = change.new.map { matches($0, key: change.key) } ?? false
        switch (before, after) {
        case (false, false): return nil
        case (false, true): return .added
        case (true, true): return .modified
        case (true, false): return .deleted
        }
    }
}

extension LoggedChange {
    /// The stored object as an event of that kind carries it; what is gone carries the version of its going.
    func document(_ kind: WatchEvent.Kind) -> JSONValue {
        guard kind == .deleted, var last = old else { return new ?? old ?? [:] }
        last.set(.string(String(resourceVersion)), at: "metadata", "resourceVersion")
        return last
    }
}
