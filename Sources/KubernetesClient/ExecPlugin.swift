package import JSON
import KubernetesModel

/// A program that prints credentials, such as `aws eks get-token`.
///
/// Source: client-go credential plugins, `client.authentication.k8s.io` v1 and v1beta1.
package struct ExecPlugin: Hashable, Sendable {
    /// One variable to add to the program's environment.
    package struct Variable: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package var apiVersion: String
    package var command: String
    package var arguments: [String]
    package var environment: [Variable]
    /// What the program is told about the cluster (`provideClusterInfo`); `nil` for nothing.
    package var cluster: JSONValue?
    /// Shown when the program does not exist.
    package var installHint: String?
    /// The kubeconfig and user that name the plugin, for messages.
    package var source: String

    static let apiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    /// What is given to the program in `KUBERNETES_EXEC_INFO`.
    var request: JSONValue {
        var request: JSONValue = [
            "kind": "ExecCredential", "apiVersion": .string(apiVersion), "spec": ["interactive": false],
        ]
        if let cluster { request.set(cluster, at: "spec", "cluster") }
        return request
    }
}

/// What a credential plugin answered.
struct ExecCredential: Hashable, Sendable {
    var token: String?
    var certificate: ClientCertificate?
    /// When to ask again; `nil` keeps the credential until it is refused.
    var expiration: Timestamp?

    /// Reads the program's output.
    ///
    /// - Throws: what about the output is not an `ExecCredential` of the version asked for.
    init(output: [UInt8], of plugin: ExecPlugin) throws(ConfigurationError) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: output)
        } catch {
            throw Self.failure(plugin, "printed something that is not JSON: \(error)")
        }
        guard document["kind"]?.stringValue == "ExecCredential" else {
            throw Self.failure(plugin, "printed kind \"\(document["kind"]?.stringValue ?? "")\", not ExecCredential")
        }
        let version = document["apiVersion"]?.stringValue ?? ""
        guard version == plugin.apiVersion else {
            throw Self.failure(plugin, "printed apiVersion \"\(version)\", \"\(plugin.apiVersion)\" was asked for")
        }
        let status = document["status"]
        token = status?["token"]?.stringValue
        let chain = status?["clientCertificateData"]?.stringValue
        let key = status?["clientKeyData"]?.stringValue
        if (chain == nil) != (key == nil) {
            throw Self.failure(plugin, "printed a certificate without its key, or a key without its certificate")
        }
        if let chain, let key {
            certificate = ClientCertificate(chain: Array(chain.utf8), key: Array(key.utf8))
        }
        guard token != nil || certificate != nil else {
            throw Self.failure(plugin, "printed neither a token nor a certificate with its key")
        }
        if let text = status?["expirationTimestamp"]?.stringValue {
            guard let time = Timestamp(parsing: text) else {
                throw Self.failure(plugin, "printed expirationTimestamp \"\(text)\", which is not RFC 3339")
            }
            expiration = time
        }
    }

    static func failure(_ plugin: ExecPlugin, _ problem: String) -> ConfigurationError {
        ConfigurationError(
            source: plugin.source, problem: "credential plugin \(plugin.command) \(problem)",
            remedy: "Run it by hand to see what it says")
    }

    /// A program that could not be started, or that ended without a credential.
    static func failure(_ plugin: ExecPlugin, _ cause: any Error) -> ConfigurationError {
        var error = failure(plugin, "\(cause)")
        if case .notStarted? = cause as? ChildProcess.Failure {
            error.remedy = plugin.installHint ?? "Install it, or correct the command in the kubeconfig"
        }
        return error
    }
}
