import JSON

/// An entry of `status.albs`, and `status.alb`: what AWS calls the load balancer and the target groups of one Ingress.
package struct ALBStatus: Hashable, Sendable {
    /// One resource of AWS.
    package struct Resource: Hashable, Sendable {
        package var name: String
        package var arn: String
        /// What CloudWatch calls it.
        package var fullName: String

        package init(name: String, arn: String, fullName: String) {
            self.name = name
            self.arn = arn
            self.fullName = fullName
        }

        /// A load balancer: its full name is the ARN from the third part on, `name/0123456789abcdef`.
        package static func loadBalancer(name: String, arn: String) -> Resource {
            Resource(name: name, arn: arn, fullName: tail(of: arn, after: 2))
        }

        /// A target group: its full name is the ARN from the second part on, `name/0123456789abcdef`.
        package static func targetGroup(name: String, arn: String) -> Resource {
            Resource(name: name, arn: arn, fullName: tail(of: arn, after: 1))
        }

        private static func tail(of arn: String, after count: Int) -> String {
            var rest = arn[...]
            for _ in 0..<count {
                guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return "" }
                rest = rest[rest.utf8.index(after: slash)...]
            }
            return String(rest)
        }

        init?(document: JSONValue?) {
            guard let document, document.objectValue != nil, document != [:] else { return nil }
            name = document["name"]?.stringValue ?? ""
            arn = document["arn"]?.stringValue ?? ""
            fullName = document["fullName"]?.stringValue ?? ""
        }

        var document: JSONValue { ["name": .string(name), "arn": .string(arn), "fullName": .string(fullName)] }
    }

    package var ingress: String
    package var loadBalancer: Resource?
    package var canaryTargetGroup: Resource?
    package var stableTargetGroup: Resource?

    package init(ingress: String) {
        self.ingress = ingress
    }

    init(document: JSONValue) {
        ingress = document["ingress"]?.stringValue ?? ""
        loadBalancer = Resource(document: document["loadBalancer"])
        canaryTargetGroup = Resource(document: document["canaryTargetGroup"])
        stableTargetGroup = Resource(document: document["stableTargetGroup"])
    }

    var document: JSONValue {
        var result: JSONValue = [:]
        // Argo Rollouts always writes these, also while they are empty.
        result["loadBalancer"] = loadBalancer?.document ?? [:]
        result["canaryTargetGroup"] = canaryTargetGroup?.document ?? [:]
        result["stableTargetGroup"] = stableTargetGroup?.document ?? [:]
        if !ingress.isEmpty { result["ingress"] = .string(ingress) }
        return result
    }

    /// Reads `albs`, or the single `alb` where there is no list.
    static func list(_ status: JSONValue) -> [ALBStatus] {
        if let list = status["albs"]?.arrayValue { return list.map(ALBStatus.init(document:)) }
        return status["alb"].flatMap { $0.objectValue == nil ? nil : [ALBStatus(document: $0)] } ?? []
    }
}
