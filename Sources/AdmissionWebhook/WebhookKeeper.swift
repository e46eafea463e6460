package import ControllerRuntime
import JSON
package import KubernetesModel
package import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Keeps the webhook's certificates in a Secret, what the server shows as there, and the authority in Weir's
/// MutatingWebhookConfiguration.
///
/// Every replica serves what the Secret holds; only the one that leads writes.
package struct WebhookKeeper: Sendable {
    /// How often Secret and configuration are looked at.
    static let interval = Duration.seconds(60)
    /// How long until the next try while there is nothing to show.
    static let retry = Duration.seconds(2)
    /// How long until the next try when the configuration could not be written.
    static let configurationRetry = Duration.seconds(15)

    let api: any KubernetesAPI
    let clock: RuntimeClock
    let leadership: Leadership
    let identity: ServingIdentity
    let secret: ObjectKey
    let configuration: WebhookConfiguration
    let logger: Logger

    /// - Parameters:
    ///   - identity: is given every new certificate.
    ///   - secret: where the certificates are kept.
    package init(
        api: any KubernetesAPI, clock: RuntimeClock, leadership: Leadership = .alone, identity: ServingIdentity,
        secret: ObjectKey, configuration: WebhookConfiguration, logger: Logger
    ) {
        self.api = api
        self.clock = clock
        self.leadership = leadership
        self.identity = identity
        self.secret = secret
        self.configuration = configuration
        self.logger = logger
    }

    /// Looks again and again, until cancelled.
    package func run() async {
        while !Task.isCancelled {
            let wait = await look()
            do { try await clock.sleep(wait) } catch { return }
        }
    }

    /// One look; returns when to look again.
    func look() async -> Duration {
        do {
            guard let certificates = try await certificates() else { return Self.retry }
            if try identity.show(certificate: certificates.certificate, key: certificates.key) {
                logger.info("webhook certificate in use", metadata: ["k8s.object": "\(secret)"])
            }
            guard leadership.isLeading else { return Self.interval }
            return await configure(trusting: certificates.authority) ? Self.interval : Self.configurationRetry
        } catch {
            logger.warning(
                "webhook certificate not kept", metadata: ["k8s.object": "\(secret)", "error": "\(error)"])
            return Self.retry
        }
    }

    /// What the Secret holds; made, or made anew, where it is due and this process may write.
    private func certificates() async throws -> WebhookCertificates? {
        let now = clock.now()
        let present = try await found { try await api.get(.secret, secret) }
        let held = present.flatMap(WebhookCertificates.init(secret:))
        let names = configuration.servingNames
        if let held, !held.isDue(for: names, now: now) { return held }
        let usable = held.flatMap { $0.isValid(for: names, now: now) ? $0 : nil }
        guard leadership.isLeading else { return usable }
        let fresh = try WebhookCertificates(for: names, following: held, now: now)
        do {
            try await perform(fresh.write(to: secret, replacing: present))
        } catch let failure as KubernetesFailure where failure.isConflict || failure.isAlreadyExists {
            // Another one was faster; what it wrote is read with the next look.
            return usable
        }
        return fresh
    }

    /// Writes what is missing in the configuration; `false` when it could not be looked at.
    private func configure(trusting authority: String) async -> Bool {
        let kind = ResourceKind.mutatingWebhookConfiguration
        do {
            let key = ObjectKey(name: WebhookConfiguration.name)
            if let present = try await found({ try await api.get(kind, key) }) {
                if let patch = configuration.patch(of: present, trusting: authority) {
                    try await perform(patch)
                }
            } else {
                try await perform(.create(kind, configuration.document(trusting: authority)))
            }
            return true
        } catch {
            logger.warning(
                "webhook configuration not kept",
                metadata: ["k8s.object": "\(WebhookConfiguration.name)", "error": "\(error)"])
            return false
        }
    }

    private func perform(_ write: KubernetesWrite) async throws {
        _ = try await leadership.write { try await api.perform(write) }
    }

    private func found(_ read: () async throws -> KubernetesObject) async throws -> KubernetesObject? {
        do {
            return try await read()
        } catch let failure as KubernetesFailure where failure.isNotFound {
            return nil
        }
    }
}

extension WebhookCertificates {
    private static let authorityField = "ca.crt"
    private static let authorityKeyField = "ca.key"
    private static let certificateField = "tls.crt"
    private static let keyField = "tls.key"

    /// What a Secret of Weir's holds; `nil` where something is missing.
    init?(secret: KubernetesObject) {
        func text(_ field: String) -> String? {
            let encoded = secret.document.at("data", field)?.stringValue
            return encoded.flatMap { Data(base64Encoded: $0) }.flatMap { String(data: $0, encoding: .utf8) }
        }
        guard let authority = text(Self.authorityField), let authorityKey = text(Self.authorityKeyField),
            let certificate = text(Self.certificateField), let key = text(Self.keyField)
        else { return nil }
        self.init(authority: authority, authorityKey: authorityKey, certificate: certificate, key: key)
    }

    /// The write that keeps them, unless somebody else has written since.
    fileprivate func write(to secret: ObjectKey, replacing present: KubernetesObject?) -> KubernetesWrite {
        func encoded(_ text: String) -> JSONValue { .string(Data(text.utf8).base64EncodedString()) }
        let data: JSONValue = [
            Self.authorityField: encoded(authority), Self.authorityKeyField: encoded(authorityKey),
            Self.certificateField: encoded(certificate), Self.keyField: encoded(key),
        ]
        if let present {
            return .patch(.init(.secret, secret, body: ["data": data], resourceVersion: present.resourceVersion))
        }
        return .create(
            .secret,
            [
                "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
                "metadata": ["name": .string(secret.name), "namespace": .string(secret.namespace)], "data": data,
            ])
    }
}
