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
        let definition = try watchable(query)
        let selection = try Selection(
            definition, labels: query.labelSelector, fields: query.fieldSelector, name: query.name)
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
        let definition = try watchable(query)
        guard version <= currentResourceVersion else { throw .tooLarge(version, current: currentResourceVersion) }
        guard let log = tables[definition.storage]?.log else {
            return WatchBatch(events: [], through: currentResourceVersion)
        }
        guard log.reaches(version) else { throw .tooOld(version, oldest: log.droppedThrough + 1) }
        let selection = try Selection(
            definition, labels: query.labelSelector, fields: query.fieldSelector, name: query.name)
        let entries = log.entries(after: version, limit: min(limit, log.capacity))
        var events: [WatchEvent] = []
        for entry in entries where query.namespace.isEmpty || entry.key.namespace == query.namespace {
            if let event = event(for: entry, selection, definition) { events.append(event) }
        }
        let isAll = entries.count < min(limit, log.capacity)
        let through = isAll ? currentResourceVersion : entries.last?.resourceVersion ?? currentResourceVersion
        return WatchBatch(events: events, through: through)
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

    /// The resource of a query that can be served.
    func checkedWatch(_ query: WatchQuery) throws(KubernetesFailure) -> ResourceDefinition {
        let definition = try watchable(query)
        _ = try Selection(definition, labels: query.labelSelector, fields: query.fieldSelector, name: query.name)
        return definition
    }

    private func watchable(_ query: WatchQuery) throws(KubernetesFailure) -> ResourceDefinition {
        let found = registry.definition(group: query.group, version: query.version, plural: query.resource)
        guard let definition = found else { throw .unknownPath }
        guard definition.verbs.contains("watch") else { throw definition.methodNotAllowed() }
        guard definition.isNamespaced || query.namespace.isEmpty else { throw .unknownPath }
        return definition
    }

    private func event(
        for entry: EventLog.Entry, _ selection: Selection, _ definition: ResourceDefinition
    ) -> WatchEvent? {
        let before = entry.old.map { selection.matches($0, key: entry.key) } ?? false
        let after = entry.new.map { selection.matches($0, key: entry.key) } ?? false
        switch (before, after) {
        case (false, false): return nil
        case (false, true): return entry.new.map { WatchEvent(.added, KubernetesObject(served($0, as: definition))) }
        case (true, true): return entry.new.map { WatchEvent(.modified, KubernetesObject(served($0, as: definition))) }
        case (true, false):
            guard var last = entry.old else { return nil }
            last.set(.string(String(entry.resourceVersion)), at: "metadata", "resourceVersion")
            return WatchEvent(.deleted, KubernetesObject(served(last, as: definition)))
        }
    }
}
