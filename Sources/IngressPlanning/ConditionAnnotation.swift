import ELBModel

/// What `conditions.<service>` asks for: further conditions of the rules whose backend is that service.
struct ConditionAnnotation: Equatable, Sendable {
    /// Header, method, query and source conditions, in the annotation's order.
    var others: [RuleCondition] = []
    /// Values that join the rule's own host.
    var hosts: [String] = []
    /// Values that join the rule's own path patterns.
    var paths: [String] = []

    init() {}

    /// Reads the annotation. A condition with an unknown `field` is passed over, as the peer does.
    init(parsing entry: AnnotationEntry) throws(BuildProblem) {
        for fields in try AnnotationFields.list(entry) {
            switch try fields.string("field") {
            case "host-header": hosts += try Self.values(fields, "hostHeaderConfig")
            case "path-pattern": paths += try Self.values(fields, "pathPatternConfig")
            case "http-header": others.append(try Self.header(fields))
            case "http-request-method":
                others.append(.httpRequestMethod(try Self.plainValues(fields, "httpRequestMethodConfig")))
            case "query-string": others.append(.queryString(try Self.queryPatterns(fields)))
            case "source-ip": others.append(.sourceIP(try Self.plainValues(fields, "sourceIPConfig")))
            default: continue
            }
        }
    }

    private static func config(_ fields: AnnotationFields, _ name: String) throws(BuildProblem) -> AnnotationFields {
        guard let config = try fields.fields(name) else {
            throw fields.problem("missing \(name)", remedy: "Give \(name).values.")
        }
        return config
    }

    /// Values of a condition that could also be given as regular expressions.
    private static func values(_ fields: AnnotationFields, _ name: String) throws(BuildProblem) -> [String] {
        let config = try config(fields, name)
        guard try config.strings("regexValues").isEmpty else {
            throw config.problem(
                "regexValues", "regular expressions are not supported yet", remedy: "Use values with * and ?.")
        }
        let values = try config.strings("values")
        guard !values.isEmpty else {
            throw config.problem("values or regexValues must be specified", remedy: "Give at least one value.")
        }
        return values
    }

    private static func plainValues(_ fields: AnnotationFields, _ name: String) throws(BuildProblem) -> [String] {
        let config = try config(fields, name)
        let values = try config.strings("values")
        guard !values.isEmpty else {
            throw config.problem("values cannot be empty", remedy: "Give at least one value.")
        }
        return values
    }

    private static func header(_ fields: AnnotationFields) throws(BuildProblem) -> RuleCondition {
        let config = try config(fields, "httpHeaderConfig")
        guard let name = try config.string("httpHeaderName"), !name.isEmpty else {
            throw config.problem("missing httpHeaderName", remedy: "Give the header's name.")
        }
        return .httpHeader(name: name, values: try values(fields, "httpHeaderConfig"))
    }

    private static func queryPatterns(_ fields: AnnotationFields) throws(BuildProblem) -> [QueryParameterPattern] {
        let config = try config(fields, "queryStringConfig")
        let pairs = try config.list("values")
        guard !pairs.isEmpty else {
            throw config.problem("Values cannot be empty", remedy: "Give at least one key and value.")
        }
        var patterns: [QueryParameterPattern] = []
        for pair in pairs {
            guard let value = try pair.string("value"), !value.isEmpty else {
                throw pair.problem("value cannot be empty", remedy: "Give the parameter's value.")
            }
            patterns.append(QueryParameterPattern(key: try pair.string("key"), value: value))
        }
        return patterns
    }
}
