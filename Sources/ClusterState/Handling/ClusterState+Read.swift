import JSON
import KubernetesModel

extension ClusterState {
    /// The object in the version that was asked for.
    func get(_ context: RequestContext) throws(KubernetesFailure) -> JSONValue {
        try checkNotAhead(context.request.options.resourceVersion)
        return served(try existing(context), as: context.definition)
    }

    /// The stored object that the request names.
    func existing(_ context: RequestContext) throws(KubernetesFailure) -> JSONValue {
        guard let document = stored(context.definition.storage, context.key) else {
            throw context.definition.notFound(context.request.name)
        }
        return document
    }

    /// A list, page by page when there is a limit.
    func list(_ context: RequestContext) throws(KubernetesFailure) -> JSONValue {
        let definition = context.definition
        let options = context.request.options
        try checkMatch(options)
        try checkNotAhead(options.resourceVersion)
        try checkListVersion(options)
        let selection = try Selection(
            definition, labels: options.labelSelector, fields: options.fieldSelector, name: context.request.name)
        let start = try options.continueToken.isEmpty ? nil : ContinueToken(parsing: options.continueToken)
        let table = table(definition.storage)
        if let start, let version = start.resourceVersion, !table.log.reaches(version) { throw .expired(start) }
        let keys = table.keys(inNamespace: context.request.namespace)
        var items: [JSONValue] = []
        var next: ObjectKey?
        var remaining = 0
        for key in keys {
            if let start, key <= start.last { continue }
            guard let document = table[key], selection.matches(document, key: key) else { continue }
            if options.limit > 0, items.count == options.limit {
                next = next ?? items.last.map { KubernetesObject($0).key }
                remaining += 1
                if !selection.isEmpty { break }
                continue
            }
            items.append(served(document, as: definition))
        }
        let version = start?.resourceVersion ?? currentResourceVersion
        var metadata: JSONValue = ["resourceVersion": .string(String(version))]
        if let next {
            // What began without a version goes on without.
            let token = ContinueToken(resourceVersion: start.map(\.resourceVersion) ?? version, last: next)
            metadata["continue"] = .string(token.text)
            if selection.isEmpty { metadata["remainingItemCount"] = .number(JSONNumber(remaining)) }
        } else if definition.isCustom, options.representation == .object {
            metadata["continue"] = ""
        }
        return listDocument(items, metadata: metadata, of: definition)
    }

    /// A list document; items of built-in kinds carry no `kind` and `apiVersion`, as on a real server.
    func listDocument(_ items: [JSONValue], metadata: JSONValue, of definition: ResourceDefinition) -> JSONValue {
        var items = items
        if !definition.isCustom {
            for index in items.indices {
                items[index]["kind"] = nil
                items[index]["apiVersion"] = nil
            }
        }
        return [
            "kind": .string(definition.listKind), "apiVersion": .string(definition.apiVersion), "metadata": metadata,
            "items": .array(items),
        ]
    }

    /// A stored document as a client of this version and group sees it.
    func served(_ document: JSONValue, as definition: ResourceDefinition) -> JSONValue { definition.served(document) }

    private func checkNotAhead(_ text: String) throws(KubernetesFailure) {
        guard !text.isEmpty else { return }
        guard let version = UInt64(text) else {
            throw KubernetesFailure(
                code: 500, reason: "",
                message: "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid "
                    + "syntax")
        }
        if version > currentResourceVersion { throw .tooLarge(version, current: currentResourceVersion) }
    }

    /// How a version is to be taken goes with a version, and a page goes with neither.
    private func checkMatch(_ options: RequestOptions) throws(KubernetesFailure) {
        let match = options.resourceVersionMatch
        let field = "resourceVersionMatch"
        var errors: [FieldError] = []
        if !match.isEmpty {
            if options.resourceVersion.isEmpty {
                errors.append(.forbidden(field, "\(field) is forbidden unless resourceVersion is provided"))
            }
            if !options.continueToken.isEmpty {
                errors.append(.forbidden(field, "\(field) is forbidden when continue is provided"))
            }
            if match != "Exact", match != "NotOlderThan" {
                errors.append(.notSupported(field, .string(match), ["Exact", "NotOlderThan", ""]))
            }
            if match == "Exact", options.resourceVersion == "0" {
                errors.append(.forbidden(field, "\(field) \"exact\" is forbidden for resourceVersion \"0\""))
            }
        }
        if !errors.isEmpty { throw .invalidOptions("ListOptions", errors) }
        guard !options.continueToken.isEmpty, !options.resourceVersion.isEmpty, options.resourceVersion != "0" else {
            return
        }
        throw .badRequest("specifying resource version is not allowed when using continue")
    }

    private func checkListVersion(_ options: RequestOptions) throws(KubernetesFailure) {
        guard options.resourceVersionMatch == "Exact", let version = UInt64(options.resourceVersion) else { return }
        if version != currentResourceVersion {
            throw .expired("The resourceVersion for the provided list is too old.")
        }
    }
}

extension ResourceDefinition {
    /// A stored document as a client of this version and group sees it.
    func served(_ document: JSONValue) -> JSONValue {
        if typeName == "EventsEvent" { return EventConversion.modern(document) }
        return inItsVersion(document)
    }
}
