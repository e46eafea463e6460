package import JSON
package import Sandbox

/// The content of `--state-file`.
package enum SandboxStateFile {
    /// What is reachable where, now.
    package static func document(of sandbox: Sandbox) -> JSONValue {
        [
            "ready": true, "kubernetes": .string(sandbox.kubernetesURL), "elbv2": .string(sandbox.elbURL),
            "region": .string(sandbox.settings.region), "accessKeyId": .string(sandbox.accessKeyID),
            "secretAccessKey": .string(sandbox.secretAccessKey),
            "loadBalancers": .array(
                sandbox.loadBalancers().map { loadBalancer in
                    [
                        "name": .string(loadBalancer.name), "arn": .string(loadBalancer.arn),
                        "dnsName": .string(loadBalancer.dnsName),
                        "listeners": .array(
                            loadBalancer.listeners.map { listener in
                                [
                                    "port": .number(JSONNumber(listener.port)),
                                    "protocol": .string(listener.protocol),
                                    "address": listener.address.map { .string($0) } ?? .null,
                                ]
                            }),
                    ]
                }),
        ]
    }
}
