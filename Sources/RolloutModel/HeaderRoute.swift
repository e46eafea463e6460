import JSON

/// `setHeaderRoute`: requests with certain headers go to the canary, whatever its weight.
package struct HeaderRoute: Hashable, Sendable {
    /// One header with the values that match.
    package struct Match: Hashable, Sendable {
        package var header: String
        /// At least one; they are compared as ALB compares header values, `*` and `?` included.
        package var values: [String]

        package init(header: String, values: [String]) {
            self.header = header
            self.values = values
        }
    }

    /// One of `trafficRouting.managedRoutes`.
    package var name: String
    /// Headers that must all match, each once, in the order in which the manifest first names them; empty ends the
    /// route.
    package var matches: [Match]

    package init(name: String, matches: [Match]) {
        self.name = name
        self.matches = matches
    }

    /// The value of the annotation `conditions.<name>`, to the byte what Argo Rollouts writes.
    package var conditionsText: String {
        GoJSON.array(
            matches.map { match in
                GoJSON.object([
                    ("field", "\"http-header\""),
                    (
                        "httpHeaderConfig",
                        GoJSON.object([
                            ("httpHeaderName", GoJSON.quoted(match.header)),
                            ("values", GoJSON.array(match.values.map(GoJSON.quoted))),
                        ])
                    ),
                ])
            })
    }
}

extension HeaderRoute {
    /// Reads a step; values that ALB cannot match are refused.
    init(_ reader: FieldReader, step: String) throws(FieldError) {
        self.init(name: try reader.string("name"), matches: [])
        let rulePath = step.replacingPrefix("spec.strategy.canary.", with: "spec.strategy.") + ".setHeaderRoute"
        for (index, value) in (try reader.array("match") ?? []).enumerated() {
            let match = FieldReader(value, path: "\(reader.path).match[\(index)]")
            let path = "\(rulePath).match[\(index)].headerValue"
            let header = try match.string("headerName")
            guard match.has("headerValue") else {
                throw FieldError(
                    path, .invalid(value: "null"),
                    "StringMatch value missed, match value must have one of the following: exact, regex, prefix")
            }
            let text = try match.object("headerValue")
            let exact = try text.string("exact")
            guard !exact.isEmpty, try text.string("regex").isEmpty, try text.string("prefix").isEmpty else {
                throw FieldError(
                    path, .invalid(value: text.value.text),
                    "SetHeaderRoute match value invalid. ALB supports 'exact' value only")
            }
            add(exact, to: header)
        }
    }

    private mutating func add(_ value: String, to header: String) {
        if let index = matches.firstIndex(where: { $0.header == header }) {
            matches[index].values.append(value)
        } else {
            matches.append(Match(header: header, values: [value]))
        }
    }

    /// `trafficRouting.managedRoutes`: names in the order of precedence.
    static func managed(_ routing: FieldReader) throws(FieldError) -> [String]? {
        guard let list = try routing.array("managedRoutes") else { return nil }
        var names: [String] = []
        for (index, value) in list.enumerated() {
            let reader = FieldReader(value, path: "\(routing.path).managedRoutes[\(index)]")
            names.append(try reader.string("name"))
        }
        return names
    }
}
