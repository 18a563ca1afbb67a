/** `completion SHELL`: made from the command line itself, so it knows every command, option and choice. Pure. */
import type {Command, Option} from 'commander';
import {DEPLOYMENTS, SHELLS} from '../deployment/names.ts';
import {UsageError} from '../errors.ts';
import {didYouMean} from '../nearest.ts';

interface Word {
	text: string;
	about: string;
}

interface Node {
	/** Words from the program's name on. */
	path: string[];
	commands: Word[];
	options: (Word & {takesValue: boolean; isFile: boolean})[];
	/** Arguments that are one of a few words. */
	values: string[];
}

/** Words that an argument can be, by command. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {init: DEPLOYMENTS, completion: SHELLS};

/** @throws UsageError an unknown shell */
export function completionScript(shell: string, root: Command): Iterable<string> {
	const nodes = [...nodesOf(root, [])];
	if (shell === 'bash') return bash(nodes);
	if (shell === 'zsh') return zsh(nodes);
	if (shell === 'fish') return fish(nodes);
	throw new UsageError(
		`There is no completion for "${shell}"${didYouMean(shell, SHELLS) || '.'}`,
		`It can be ${SHELLS.join(', ')}.`,
	);
}

function* nodesOf(command: Command, parents: readonly string[]): Generator<Node> {
	const path = [...parents, command.name()];
	// Commander's own listing leaves hidden commands out, and has help and version.
	const help = command.createHelp();
	const children = help.visibleCommands(command);
	yield {
		path,
		commands: children.map(child => ({text: child.name(), about: child.description()})),
		options: help.visibleOptions(command).flatMap(optionWord),
		values: [...(ARGUMENTS[path.slice(1).join(' ')] ?? [])],
	};
	for (const child of children) if (child.name() !== 'help') yield* nodesOf(child, path);
}

function optionWord({long, description, required, optional, flags}: Option): Node['options'] {
	if (!long) return [];
	const takesValue = required || optional;
	const isFile = /<(?:file|path|dir|report)>/.test(flags);
	return [{text: long, about: description, takesValue, isFile}];
}

function* bash(nodes: readonly Node[]): Iterable<string> {
	yield '# sa-audit completion for bash. In ~/.bashrc: source <(sa-audit completion bash)\n';
	yield '_sa_audit() {\n\tlocal word=${COMP_WORDS[COMP_CWORD]} command= words= i\n';
	yield '\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase "$command ${COMP_WORDS[i]}" in\n';
	for (const {path} of nodes.slice(1)) {
		const parent = path.slice(1, -1).join(' ');
		yield `\t\t${quoted(`${parent} ${path.at(-1)}`)}) command=${quoted(path.slice(1).join(' '))} ;;\n`;
	}
	yield '\t\tesac\n\tdone\n\tcase "$command" in\n';
	for (const {path, commands, options, values} of nodes) {
		const words = [...commands.map(({text}) => text), ...values, ...options.map(({text}) => text)];
		yield `\t${quoted(path.slice(1).join(' '))}) words=${quoted(words.join(' '))} ;;\n`;
	}
	yield '\tesac\n';
	yield '\tif [[ $word == -* || -z $command ]] || ! compgen -W "$words" -- "$word" | grep -qv "^-"; then\n';
	yield '\t\tCOMPREPLY=($(compgen -W "$words" -- "$word"))\n';
	yield '\telse\n\t\tCOMPREPLY=($(compgen -W "$words" -- "$word" | grep -v "^-"))\n\tfi\n}\n';
	yield 'complete -o default -F _sa_audit sa-audit\n';
}

function* zsh(nodes: readonly Node[]): Iterable<string> {
	yield '#compdef sa-audit\n# sa-audit completion for zsh. In ~/.zshrc, after compinit: source <(sa-audit completion zsh)\n';
	yield '_sa_audit() {\n\tlocal command= i\n\tlocal -a candidates\n';
	yield '\tfor ((i = 2; i < CURRENT; i++)); do\n\t\tcase "$command ${words[i]}" in\n';
	for (const {path} of nodes.slice(1)) {
		const parent = path.slice(1, -1).join(' ');
		yield `\t\t${quoted(`${parent} ${path.at(-1)}`)}) command=${quoted(path.slice(1).join(' '))} ;;\n`;
	}
	yield '\t\tesac\n\tdone\n\tcase "$command" in\n';
	for (const {path, commands, options, values} of nodes) {
		const described = [...commands, ...values.map(text => ({text, about: ''})), ...options];
		const words = described.map(({text, about}) =>
			quoted(about === '' ? text : `${text}:${about.replaceAll(':', '\\:')}`),
		);
		yield `\t${quoted(path.slice(1).join(' '))}) candidates=(${words.join(' ')}) ;;\n`;
	}
	yield '\tesac\n\t_describe sa-audit candidates || _files\n}\n';
	yield 'compdef _sa_audit sa-audit\n';
}

function* fish(nodes: readonly Node[]): Iterable<string> {
	yield '# sa-audit completion for fish. sa-audit completion fish > ~/.config/fish/completions/sa-audit.fish\n';
	yield 'complete -c sa-audit -f\n';
	for (const {path, commands, options, values} of nodes) {
		const names = path.slice(1);
		const seen = names.map(name => `__fish_seen_subcommand_from ${name}`);
		const children = commands.map(({text}) => text);
		const here =
			names.length === 0
				? '__fish_use_subcommand'
				: [...seen, ...(children.length > 0 ? [`not __fish_seen_subcommand_from ${children.join(' ')}`] : [])].join(
						'; and ',
					);
		const line = (rest: string, about: string): string =>
			`complete -c sa-audit -n ${quoted(here)} ${rest}${about === '' ? '' : ` -d ${quoted(about)}`}\n`;
		for (const {text, about} of commands) yield line(`-a ${text}`, about);
		for (const text of values) yield line(`-a ${text}`, '');
		for (const {text, about, takesValue, isFile} of options)
			yield line(`-l ${text.slice(2)}${isFile ? ' -r -F' : takesValue ? ' -x' : ''}`, about);
	}
}

/** For bash, zsh and fish alike: nothing inside is expanded. (Fish alone reads `\\` inside quotes; no text here has one.) */
function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
