// @ambit/scope
export type AllOf<Token extends string = string> = {
    readonly allOf: readonly Token[];
};
export type Alternative = {
    readonly scope: ScopeSet;
    readonly missing: ScopeSet;
};
export interface Catalogue<Token extends string = string> {
    readonly names: readonly string[];
    readonly empty: ScopeSet;
    readonly defaults: ScopeSet;
    readonly listed: readonly string[];
    definition(token: string): ScopeDefinition | undefined;
    set(...tokens: readonly Token[]): ScopeSet;
    parse(text: string): Result<ScopeReading, ScopeSyntaxError>;
    read(tokens: readonly string[]): ScopeReading;
    covers(held: ScopeSet, needed: ScopeSet): boolean;
    union(a: ScopeSet, b: ScopeSet): ScopeSet;
    missing(held: ScopeSet, needed: ScopeSet): ScopeSet;
    simplify(scope: ScopeSet): ScopeSet;
    expand(scope: ScopeSet): ScopeSet;
    everyInstance(scope: ScopeSet): readonly string[];
    narrow(held: ScopeSet, asked: ScopeSet): ScopeSet;
}
export type CatalogueDeclaration = {
    readonly segments?: boolean;
    readonly verbs?: readonly string[] | Readonly<Record<string, VerbDeclaration>>;
    readonly scopes: Readonly<Record<string, ScopeDeclaration>>;
};
export declare class CatalogueError extends Error {
    readonly name = "CatalogueError";
    readonly problems: readonly CatalogueProblem[];
    constructor(problems: readonly CatalogueProblem[]);
}
export type CatalogueProblem = {
    readonly path: string;
    readonly message: string;
};
export declare const DEFAULT_SCOPE_LIMITS: ScopeLimits;
export declare const DEFAULT_VERBS: readonly string[];
export type LocalizedText = string | Readonly<Record<string, string>>;
export type NameOf<D extends CatalogueDeclaration> = Extract<keyof D['scopes'], string>;
export type Needs<Token extends string = string> = Token | AllOf<Token> | {
    readonly anyOf: readonly [Token | AllOf<Token>, ...(Token | AllOf<Token>)[]];
};
export type ParameterType = 'string' | 'integer' | 'uuid' | readonly string[];
export type Requirement = {
    readonly anyOf: readonly [ScopeSet, ...ScopeSet[]];
};
export type Result<T, E> = {
    readonly ok: true;
    readonly value: T;
} | {
    readonly ok: false;
    readonly error: E;
};
export type ScopeConsent = 'ask' | 'pre-granted' | 'mandatory';
export type ScopeDecision = {
    readonly requested: string;
    readonly scope: ScopeSet;
    readonly steps: readonly ScopeStep[];
};
export type ScopeDeclaration = {
    readonly title?: LocalizedText;
    readonly description?: LocalizedText;
    readonly resource?: string;
    readonly implies?: readonly string[];
    readonly consent?: ScopeConsent;
    readonly default?: boolean;
    readonly risk?: ScopeRisk;
    readonly grantTypes?: readonly string[];
    readonly accessTokenTtl?: number;
    readonly acr?: string;
    readonly deprecated?: boolean | string;
    readonly parameters?: Readonly<Record<string, ParameterType>>;
    readonly coversInstances?: readonly string[];
    readonly listed?: boolean;
    readonly version?: number;
};
export type ScopeDefinition = {
    readonly name: string;
    readonly title: LocalizedText;
    readonly description: LocalizedText | undefined;
    readonly resource: string | undefined;
    readonly implies: readonly string[];
    readonly consent: ScopeConsent;
    readonly default: boolean;
    readonly risk: ScopeRisk;
    readonly grantTypes: readonly string[] | undefined;
    readonly accessTokenTtl: number | undefined;
    readonly acr: string | undefined;
    readonly deprecated: boolean | string;
    readonly parameters: Readonly<Record<string, ParameterType>>;
    readonly coversInstances: readonly string[];
    readonly listed: boolean;
    readonly version: number;
};
export type ScopeLimits = {
    readonly maxLength: number;
    readonly maxTokens: number;
};
export type ScopeReading = {
    readonly scope: ScopeSet;
    readonly unknown: readonly string[];
};
export type ScopeReason = 'malformed' | 'unknown' | 'above_ceiling' | 'not_for_grant_type' | 'other_resource' | 'user_lacks_permission' | 'user_refused' | 'needs_stronger_authentication' | 'not_in_grant' | 'refused_by_hook';
export type ScopeRefusal = {
    readonly token: string;
    readonly reason: ScopeReason;
    readonly because?: readonly string[];
};
export type ScopeRisk = 'ordinary' | 'sensitive' | 'dangerous';
export interface ScopeSet {
    readonly tokens: readonly string[];
    readonly size: number;
    has(token: string): boolean;
}
export type ScopeStage = 'request' | 'ceiling' | 'grant_type' | 'resource' | 'user' | 'consent' | 'authentication' | 'grant' | 'hook';
export type ScopeStep = {
    readonly at: ScopeStage;
    readonly refused: readonly ScopeRefusal[];
    readonly left: string;
};
export type ScopeSyntaxError = {
    readonly kind: 'malformed';
    readonly index: number;
    readonly message: string;
};
export type ScopeToken<Name extends string> = string extends Name ? string : Filled<Name>;
export type VerbDeclaration = {
    readonly includes?: readonly string[];
};
export declare function beginDecision(catalogue: Catalogue, requested: string): Result<ScopeDecision, ScopeSyntaxError>;
export declare function decisionOf(scope: ScopeSet): ScopeDecision;
export declare function defineScopes<const D extends CatalogueDeclaration>(declaration: D & WithKnownNames<NameOf<D>>): Catalogue<ScopeToken<NameOf<D>>>;
export declare function isScopeToken(text: string): boolean;
export declare function keepWhere(catalogue: Catalogue, decision: ScopeDecision, limit: {
    readonly at: ScopeStage;
    readonly reason: ScopeReason;
    readonly keep: (definition: ScopeDefinition, token: string) => boolean;
}): ScopeDecision;
export declare function limitTo(catalogue: Catalogue, decision: ScopeDecision, limit: {
    readonly at: ScopeStage;
    readonly held: ScopeSet;
    readonly reason: ScopeReason;
}): ScopeDecision;
export declare function meets(catalogue: Catalogue, held: ScopeSet, requirement: Requirement): boolean;
export declare function nearestAlternative(catalogue: Catalogue, held: ScopeSet, requirement: Requirement): Alternative;
export declare function parseScope(text: string, limits?: ScopeLimits): Result<readonly string[], ScopeSyntaxError>;
export declare function printScope(scope: {
    readonly tokens: readonly string[];
} | readonly string[]): string;
export declare function refusals(decision: ScopeDecision): readonly ScopeRefusal[];
export declare function requirementOf<Token extends string>(catalogue: Catalogue<Token>, needs: Needs<NoInfer<Token>>): Requirement;
export declare function textFor(text: LocalizedText, languages: readonly string[]): string;
// Not exported, needed above.
type Filled<Name extends string> = Name extends `${infer Before}{${string}}${infer After}` ? `${Before}${string}${Filled<After>}` : Name;
type WithKnownNames<Name extends string> = {
    readonly scopes: {
        readonly [N in Name]: {
            readonly implies?: readonly Name[];
            readonly coversInstances?: readonly Name[];
        };
    };
};
