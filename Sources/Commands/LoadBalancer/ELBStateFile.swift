import FoundationEssentials
package import JSON
package import Sandbox

/// What a state file says about an embedded ELBv2.
package struct ELBStateFile: Sendable {
    package var propagationDelay: Duration
    package var loadBalancers: [SandboxLoadBalancer]
    /// The pod addresses to which some load balancer would route a new request.
    package var reachableAddresses: [String]

    /// Reads what `members(of:)` has written.
    ///
    /// - Throws: `UsageProblem` when the file is not there or is no such file.
    package init(reading path: String) throws {
        guard let data = FileManager.default.contents(atPath: path),
            let document = try? JSONValue(parsing: String(decoding: data, as: UTF8.self))
        else {
            throw UsageProblem(
                "\(path) is not a JSON file that can be read; name the state file of weir load-balancer.")
        }
        guard let delay = document["propagationDelayMilliseconds"]?.intValue,
            let balancers = document["loadBalancers"]?.arrayValue,
            let addresses = document["reachableAddresses"]?.arrayValue
        else {
            throw UsageProblem(
                "\(path) is not the state file of weir load-balancer: it lacks loadBalancers and others.")
        }
        propagationDelay = .milliseconds(delay)
        loadBalancers = balancers.map(Self.balancer)
        reachableAddresses = addresses.compactMap(\.stringValue)
    }

    /// The endpoint, how to sign requests to it, and what its load balancers route to now.
    package static func members(of elb: EmbeddedELB) -> JSONObject {
        let settings = elb.settings
        let milliseconds = Int(settings.propagationDelay / .milliseconds(1))
        var members = JSONObject()
        members["elbv2"] = .string(elb.url)
        if let control = elb.controlURL { members["control"] = .string(control) }
        members["region"] = .string(settings.region)
        members["accessKeyId"] = .string(EmbeddedELB.accessKeyID)
        members["secretAccessKey"] = .string(EmbeddedELB.secretAccessKey)
        members["vpcId"] = .string(settings.vpcID)
        members["subnets"] = .array(settings.subnets.map(JSONValue.string))
        members["propagationDelayMilliseconds"] = .number(JSONNumber(milliseconds))
        members["loadBalancers"] = .array(elb.loadBalancers().map(document))
        members["reachableAddresses"] = .array(elb.reachableAddresses().map(JSONValue.string))
        return members
    }

    private static func document(of balancer: SandboxLoadBalancer) -> JSONValue {
        let listeners = balancer.listeners.map { listener -> JSONValue in
            [
                "port": .number(JSONNumber(listener.port)), "protocol": .string(listener.protocol),
                "address": listener.address.map { .string($0) } ?? .null,
            ]
        }
        return [
            "name": .string(balancer.name), "arn": .string(balancer.arn), "dnsName": .string(balancer.dnsName),
            "listeners": .array(listeners),
        ]
    }

    private static func balancer(_ document: JSONValue) -> SandboxLoadBalancer {
        let listeners = (document["listeners"]?.arrayValue ?? []).map { listener in
            SandboxLoadBalancer.Listener(
                port: listener["port"]?.intValue ?? 0, protocol: listener["protocol"]?.stringValue ?? "",
                address: listener["address"]?.stringValue)
        }
        return SandboxLoadBalancer(
            name: document["name"]?.stringValue ?? "", arn: document["arn"]?.stringValue ?? "",
            dnsName: document["dnsName"]?.stringValue ?? "", listeners: listeners)
    }
}
