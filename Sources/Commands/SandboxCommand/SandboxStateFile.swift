package import JSON
package import Sandbox

/// The content of the sandbox's `--state-file`.
package enum SandboxStateFile {
    /// What is reachable where, now.
    package static func document(of sandbox: Sandbox) -> JSONValue {
        var document = JSONObject()
        document["ready"] = true
        document["kubernetes"] = .string(sandbox.kubernetesURL)
        for (name, value) in ELBStateFile.members(of: sandbox.elb) { document[name] = value }
        return .object(document)
    }
}
