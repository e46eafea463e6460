import JSON

/// The bookkeeping annotation of an Ingress: which Rollout wrote which annotation keys.
package struct ManagedAnnotations: Hashable, Sendable {
    /// Annotation keys by the name of the Rollout, in the order they were first written.
    package var keys: [String: [String]]

    package init(keys: [String: [String]] = [:]) {
        self.keys = keys
    }

    /// Reads the annotation; absent and empty mean that nothing is managed.
    ///
    /// - Throws: what is wrong with the value, as one sentence.
    package init(parsing text: String?) throws(Malformed) {
        keys = [:]
        guard let text, !text.isEmpty else { return }
        let document: JSONValue
        do {
            document = try JSONValue(parsing: text)
        } catch {
            throw Malformed(problem: "\(error)")
        }
        guard let entries = document.objectValue else {
            throw Malformed(problem: "it must be an object of lists")
        }
        for (name, list) in entries {
            guard let elements = list.arrayValue ?? (list.isNull ? [] : nil) else {
                throw Malformed(problem: "the entry of \"\(name)\" must be a list of annotation keys")
            }
            keys[name] = elements.compactMap(\.stringValue)
        }
    }

    /// Why the annotation cannot be read.
    package struct Malformed: Error, Hashable, Sendable {
        package var problem: String

        package init(problem: String) {
            self.problem = problem
        }
    }

    /// Adds a key to a Rollout's list unless it is there.
    package mutating func add(_ key: String, for rollout: String) {
        if keys[rollout]?.contains(key) ?? false { return }
        keys[rollout, default: []].append(key)
    }

    /// The annotation's value, to the byte what Argo Rollouts writes: names sorted, no white space.
    package var text: String {
        GoJSON.object(
            keys.keys.sorted().map { name in
                (key: name, value: GoJSON.array((keys[name] ?? []).map(GoJSON.quoted)))
            })
    }
}
