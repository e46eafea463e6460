package import ELBModel

/// Which rule a request falls under.
///
/// Source: Application Load Balancer user guide, listener rules.
package enum RuleMatching {
    /// The first rule in order whose conditions all hold; `nil` only when there is no default rule.
    package static func rule(for head: RequestHead, in rules: [Rule]) -> Rule? {
        rules.first { rule in rule.conditions.allSatisfy { holds($0, for: head) } }
    }

    /// Whether any value of the condition matches.
    package static func holds(_ condition: RuleCondition, for head: RequestHead) -> Bool {
        switch condition {
        case .hostHeader(let patterns):
            guard let host = head.host else { return false }
            return patterns.contains { WildcardPattern($0, ignoresCase: true).matches(host) }
        case .pathPattern(let patterns):
            let path = head.path
            return patterns.contains { WildcardPattern($0, ignoresCase: false).matches(path) }
        case .httpHeader(let name, let patterns):
            let values = head.values(of: name)
            return patterns.contains { pattern in
                let pattern = WildcardPattern(pattern, ignoresCase: true)
                return values.contains { pattern.matches($0) }
            }
        case .httpRequestMethod(let methods):
            return methods.contains(head.method)
        case .queryString(let patterns):
            return holds(patterns, forQuery: head.query ?? "")
        case .sourceIP(let blocks):
            guard let address = IPAddress(head.sourceIP) else { return false }
            return blocks.contains { CIDRBlock($0)?.contains(address) ?? false }
        case .other:
            return false
        }
    }

    private static func holds(_ patterns: [QueryParameterPattern], forQuery query: Substring) -> Bool {
        let parameters = query.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (key: halves[0], value: halves.count > 1 ? halves[1] : "")
        }
        return patterns.contains { pattern in
            let key = pattern.key.map { WildcardPattern($0, ignoresCase: true, escapes: true) }
            let value = WildcardPattern(pattern.value, ignoresCase: true, escapes: true)
            return parameters.contains { (key?.matches($0.key) ?? true) && value.matches($0.value) }
        }
    }
}
